/**
 * Protocols: the one package of the SPI that speaks Netty, because a wrapper would cost a copy. An event loop owns its
 * client connections and its own backend connections; an exchange never changes thread.
 *
 * <p>A handler that lets Netty find its message type by reflection ({@code SimpleChannelInboundHandler}, {@code
 * MessageToMessageCodec} and the like without an explicit class) is remembered by each loop for good, and its plugin can
 * then never be unloaded: give the class to the constructor, or extend {@code ChannelInboundHandlerAdapter}. The same goes
 * for an object of the plugin's own in a {@code ThreadLocal} or {@code FastThreadLocal}.
 */
package io.leba.spi.protocol;

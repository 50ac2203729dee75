/**
 * Protocols: the one package of the SPI that speaks Netty, because a wrapper would cost a copy. An event loop owns its
 * client connections and its own backend connections; an exchange never changes thread.
 */
package io.leba.spi.protocol;

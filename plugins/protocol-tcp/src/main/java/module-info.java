/** The plugin {@code protocol-tcp}: connections passed on byte by byte. */
module io.leba.plugin.protocol.tcp {
    requires io.leba.spi;
    requires io.netty.handler;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.protocol.tcp.TcpPlugin;
}

/** The plugin {@code protocol-http}: HTTP proxying. */
module io.leba.plugin.protocol.http {
    requires io.leba.spi;
    requires io.netty.codec.classes.quic;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.protocol.http.HttpPlugin;
}

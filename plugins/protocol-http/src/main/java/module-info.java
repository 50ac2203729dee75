/** The plugin {@code protocol-http}: HTTP/1.1 proxying. */
module io.leba.plugin.protocol.http {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.protocol.http.HttpPlugin;
}

/** The plugin {@code protocol-http}. */
module io.leba.plugin.protocol.http {
    requires io.leba.spi;
}

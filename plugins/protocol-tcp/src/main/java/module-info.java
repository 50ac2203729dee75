/** The plugin {@code protocol-tcp}. */
module io.leba.plugin.protocol.tcp {
    requires io.leba.spi;
}

/** The plugin {@code health-tcp}. */
module io.leba.plugin.health.tcp {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.health.tcp.TcpCheckPlugin;
}

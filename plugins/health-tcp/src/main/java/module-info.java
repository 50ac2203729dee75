/** The plugin {@code health-tcp}. */
module io.leba.plugin.health.tcp {
    requires io.leba.spi;
}

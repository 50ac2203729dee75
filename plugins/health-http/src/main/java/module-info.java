/** The plugin {@code health-http}. */
module io.leba.plugin.health.http {
    requires io.leba.spi;
}

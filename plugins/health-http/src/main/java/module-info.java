/** The plugin {@code health-http}. */
module io.leba.plugin.health.http {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.health.http.HttpCheckPlugin;
}

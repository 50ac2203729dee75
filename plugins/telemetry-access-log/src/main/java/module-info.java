/** The plugin {@code telemetry-access-log}. */
module io.leba.plugin.telemetry.accesslog {
    requires io.leba.spi;
}

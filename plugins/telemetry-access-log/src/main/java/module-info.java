/** The plugin {@code telemetry-access-log}: a line of JSON for each finished exchange. */
module io.leba.plugin.telemetry.accesslog {
    requires io.leba.spi;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.telemetry.accesslog.AccessLogPlugin;
}

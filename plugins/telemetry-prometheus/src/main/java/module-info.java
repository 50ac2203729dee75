/** The plugin {@code telemetry-prometheus}. */
module io.leba.plugin.telemetry.prometheus {
    requires io.leba.spi;
}

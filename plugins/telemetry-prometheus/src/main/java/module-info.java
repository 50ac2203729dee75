/** The plugin {@code telemetry-prometheus}: everything that LEBA measures, at {@code /metrics}. */
module io.leba.plugin.telemetry.prometheus {
    requires io.leba.spi;
    requires io.prometheus.metrics.config;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires micrometer.registry.prometheus;

    provides io.leba.spi.LebaPlugin with
            io.leba.plugin.telemetry.prometheus.PrometheusPlugin;
}

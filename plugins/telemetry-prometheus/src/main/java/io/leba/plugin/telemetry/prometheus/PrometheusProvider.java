package io.leba.plugin.telemetry.prometheus;

import io.leba.spi.Scope;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;

/** Makes the exporter from the root key {@code metrics}; it is there unless it is switched off. */
public final class PrometheusProvider implements TelemetryProvider<PrometheusConfig> {
    /** Stateless. */
    public PrometheusProvider() {}

    @Override
    public String type() {
        return "metrics";
    }

    @Override
    public Class<PrometheusConfig> configType() {
        return PrometheusConfig.class;
    }

    @Override
    public boolean isOnByDefault() {
        return true;
    }

    @Override
    public Telemetry create(PrometheusConfig config, Scope scope) {
        if (config.enabled()) {
            new Prometheus(config, scope).open();
        }
        return new Telemetry() {};
    }
}

package io.leba.plugin.telemetry.prometheus;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** The jar's entry point. */
public final class PrometheusPlugin implements LebaPlugin {
    /** Called by the service loader. */
    public PrometheusPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new PrometheusProvider());
    }
}

package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides {@code least-connections}. */
public final class LeastConnectionsPlugin implements LebaPlugin {
    /** For the service loader. */
    public LeastConnectionsPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new LeastConnectionsProvider());
    }
}

package io.leba.plugin.balancer.roundrobin;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides {@code round-robin} and, as another word for it, {@code weighted-round-robin}. */
public final class RoundRobinPlugin implements LebaPlugin {
    /** For the service loader. */
    public RoundRobinPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new RoundRobinProvider("round-robin"), new RoundRobinProvider("weighted-round-robin"));
    }
}

package io.leba.plugin.health.tcp;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the health check {@code tcp}. */
public final class TcpCheckPlugin implements LebaPlugin {
    /** For the service loader. */
    public TcpCheckPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new TcpCheckProvider());
    }
}

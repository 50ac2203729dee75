package io.leba.plugin.health.http;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the health check {@code http}. */
public final class HttpCheckPlugin implements LebaPlugin {
    /** For the service loader. */
    public HttpCheckPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new HttpCheckProvider());
    }
}

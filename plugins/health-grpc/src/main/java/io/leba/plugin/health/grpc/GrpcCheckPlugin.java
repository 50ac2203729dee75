package io.leba.plugin.health.grpc;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the health check {@code grpc}. */
public final class GrpcCheckPlugin implements LebaPlugin {
    /** For the service loader. */
    public GrpcCheckPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new GrpcCheckProvider());
    }
}

package io.leba.plugin.filter.grpcweb;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the filter {@code grpc_web}. */
public final class GrpcWebPlugin implements LebaPlugin {
    /** For the service loader. */
    public GrpcWebPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new GrpcWebProvider());
    }
}

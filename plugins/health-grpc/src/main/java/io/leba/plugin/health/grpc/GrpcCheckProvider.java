package io.leba.plugin.health.grpc;

import io.leba.spi.Scope;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;

/** Makes {@link GrpcCheck}. */
final class GrpcCheckProvider implements HealthCheckProvider<GrpcCheckConfig> {
    @Override
    public String type() {
        return "grpc";
    }

    @Override
    public Class<GrpcCheckConfig> configType() {
        return GrpcCheckConfig.class;
    }

    @Override
    public HealthCheck create(GrpcCheckConfig config, Scope scope) {
        return new GrpcCheck(config);
    }
}

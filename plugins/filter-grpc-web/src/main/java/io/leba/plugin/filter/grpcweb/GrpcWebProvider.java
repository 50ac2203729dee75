package io.leba.plugin.filter.grpcweb;

import io.leba.spi.Scope;
import io.leba.spi.config.NoConfig;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code grpc_web} on a frontend, a group or a rule. */
final class GrpcWebProvider implements HttpFilterProvider<NoConfig> {
    @Override
    public String type() {
        return "grpc_web";
    }

    @Override
    public Class<NoConfig> configType() {
        return NoConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.TRANSFORM;
    }

    @Override
    public HttpFilter create(NoConfig config, Scope scope) {
        return new GrpcWeb();
    }
}

package io.leba.plugin.health.tcp;

import io.leba.spi.Scope;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;

/** Makes {@link TcpCheck}. */
final class TcpCheckProvider implements HealthCheckProvider<TcpCheckConfig> {
    @Override
    public String type() {
        return "tcp";
    }

    @Override
    public Class<TcpCheckConfig> configType() {
        return TcpCheckConfig.class;
    }

    @Override
    public HealthCheck create(TcpCheckConfig config, Scope scope) {
        return new TcpCheck(config);
    }
}

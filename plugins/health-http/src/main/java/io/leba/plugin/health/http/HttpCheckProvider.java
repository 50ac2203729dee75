package io.leba.plugin.health.http;

import io.leba.spi.Scope;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;

/** Makes {@link HttpCheck}. */
final class HttpCheckProvider implements HealthCheckProvider<HttpCheckConfig> {
    @Override
    public String type() {
        return "http";
    }

    @Override
    public Class<HttpCheckConfig> configType() {
        return HttpCheckConfig.class;
    }

    @Override
    public HealthCheck create(HttpCheckConfig config, Scope scope) {
        return new HttpCheck(config);
    }
}

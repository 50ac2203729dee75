package io.leba.plugin.filter.headers;

import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code headers} on a frontend, a group or a rule. */
final class HeadersProvider implements HttpFilterProvider<HeadersConfig> {
    @Override
    public String type() {
        return "headers";
    }

    @Override
    public Class<HeadersConfig> configType() {
        return HeadersConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.TRANSFORM;
    }

    @Override
    public HttpFilter create(HeadersConfig config, Scope scope) {
        return new Headers(config);
    }
}

package io.leba.plugin.filter.headers;

import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code traceparent} on a frontend, a group or a rule. */
final class TraceparentProvider implements HttpFilterProvider<TraceparentConfig> {
    @Override
    public String type() {
        return "traceparent";
    }

    @Override
    public Class<TraceparentConfig> configType() {
        return TraceparentConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.ADMISSION;
    }

    @Override
    public HttpFilter create(TraceparentConfig config, Scope scope) {
        return new Traceparent(config, scope.loops());
    }
}

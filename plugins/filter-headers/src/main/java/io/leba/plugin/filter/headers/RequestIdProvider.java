package io.leba.plugin.filter.headers;

import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code request_id} on a frontend, a group or a rule. */
final class RequestIdProvider implements HttpFilterProvider<RequestIdConfig> {
    @Override
    public String type() {
        return "request_id";
    }

    @Override
    public Class<RequestIdConfig> configType() {
        return RequestIdConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.ADMISSION;
    }

    @Override
    public HttpFilter create(RequestIdConfig config, Scope scope) {
        return new RequestId(config, scope.loops());
    }
}

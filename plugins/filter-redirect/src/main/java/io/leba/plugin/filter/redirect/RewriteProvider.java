package io.leba.plugin.filter.redirect;

import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code rewrite} on a frontend, a group or a rule. */
final class RewriteProvider implements HttpFilterProvider<RewriteConfig> {
    @Override
    public String type() {
        return "rewrite";
    }

    @Override
    public Class<RewriteConfig> configType() {
        return RewriteConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.TRANSFORM;
    }

    @Override
    public HttpFilter create(RewriteConfig config, Scope scope) {
        return new Rewrite(config);
    }
}

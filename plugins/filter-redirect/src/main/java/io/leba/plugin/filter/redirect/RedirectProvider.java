package io.leba.plugin.filter.redirect;

import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code redirect} on a frontend, a group or a rule. */
final class RedirectProvider implements HttpFilterProvider<RedirectConfig> {
    @Override
    public String type() {
        return "redirect";
    }

    @Override
    public Class<RedirectConfig> configType() {
        return RedirectConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.ADMISSION;
    }

    @Override
    public HttpFilter create(RedirectConfig config, Scope scope) {
        return new Redirect(config);
    }
}

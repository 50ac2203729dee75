package io.leba.plugin.filter.redirect;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the filters {@code redirect} and {@code rewrite}. */
public final class RedirectPlugin implements LebaPlugin {
    /** For the service loader. */
    public RedirectPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new RedirectProvider(), new RewriteProvider());
    }
}

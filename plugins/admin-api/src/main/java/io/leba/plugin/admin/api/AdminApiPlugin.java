package io.leba.plugin.admin.api;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** The jar's entry point. */
public final class AdminApiPlugin implements LebaPlugin {
    /** Called by the service loader. */
    public AdminApiPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new AdminApiProvider());
    }
}

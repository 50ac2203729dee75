package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** The jar's entry point. */
public final class AccessLogPlugin implements LebaPlugin {
    /** Called by the service loader. */
    public AccessLogPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new AccessLogProvider());
    }
}

package io.leba.plugin.discovery.staticlist;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the discovery {@code static}, which owns the root key {@code backends}. */
public final class StaticPlugin implements LebaPlugin {
    /** For the service loader. */
    public StaticPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new StaticProvider());
    }
}

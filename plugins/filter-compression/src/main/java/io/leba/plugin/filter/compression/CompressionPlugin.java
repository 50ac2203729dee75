package io.leba.plugin.filter.compression;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the filter {@code compression}. */
public final class CompressionPlugin implements LebaPlugin {
    /** For the service loader. */
    public CompressionPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new CompressionProvider());
    }
}

package io.leba.plugin.discovery.file;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the discovery {@code file}. */
public final class FilePlugin implements LebaPlugin {
    /** For the service loader. */
    public FilePlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new FileProvider());
    }
}

package com.example.directory;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the discovery {@code directory}. */
public final class DirectoryPlugin implements LebaPlugin {
    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new DirectoryProvider());
    }
}

package com.example.lines;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the protocol {@code lines}. */
public final class LinesPlugin implements LebaPlugin {
    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new LinesProvider());
    }
}

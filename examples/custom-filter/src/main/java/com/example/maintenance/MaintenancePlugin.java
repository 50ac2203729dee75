package com.example.maintenance;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the filter {@code maintenance}. */
public final class MaintenancePlugin implements LebaPlugin {
    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new MaintenanceProvider());
    }
}

package com.example.toys;

import io.leba.spi.Scope;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Inline;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import java.util.List;

/** Backends at the root of the configuration. */
final class Listed implements DiscoveryProvider<Listed.Config> {
    @Inline
    @Doc("Backends.")
    record Config(@Doc("Backends.") List<BackendSpec> backends) {}

    @Override
    public String type() {
        return "listed";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Discovery create(Config config, Scope scope) {
        return sink -> sink.deliver(config.backends());
    }
}

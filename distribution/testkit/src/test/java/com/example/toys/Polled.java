package com.example.toys;

import io.leba.spi.Scope;
import io.leba.spi.config.Doc;
import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Backends that a file lists, one a line. */
final class Polled implements DiscoveryProvider<Polled.Config> {
    @Doc("A file that is looked at.")
    record Config(@Doc("The file.") Path file) {}

    @Override
    public String type() {
        return "polled";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Discovery create(Config config, Scope scope) {
        return sink -> scope.background().every(Duration.ZERO, Duration.ofSeconds(1), () -> look(config.file(), sink));
    }

    private static void look(Path file, BackendSink sink) {
        List<BackendSpec> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split(":");
                found.add(BackendSpec.of(parts[0], Integer.parseInt(parts[1])));
            }
            sink.deliver(found);
        } catch (IOException e) {
            sink.failed(file + " cannot be read");
        }
    }
}

package com.example.directory;

import io.leba.spi.config.Position;
import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at a directory and delivers all that is there. One thread at a time. */
final class Directory {
    private final Path path;
    private final BackendSink sink;

    Directory(Path path, BackendSink sink) {
        this.path = path;
        this.sink = sink;
    }

    /** Delivers a whole snapshot, or tells why there is none; the kernel keeps the last good one then. */
    void look() {
        try (Stream<Path> files = Files.list(path)) {
            List<BackendSpec> found = new ArrayList<>();
            for (Path file : files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList()) {
                read(file).ifPresent(found::add);
            }
            sink.deliver(found);
        } catch (IOException | UncheckedIOException e) {
            sink.failed("directory " + path + " cannot be read: " + e.getClass().getSimpleName());
        } catch (IllegalArgumentException e) {
            sink.failed(e.getMessage());
        }
    }

    private static Optional<BackendSpec> read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it ended a moment ago
        }
        int colon = text.lastIndexOf(':');
        String address = text.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
        if (address.isEmpty() || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(file + " must hold address:port, got '"
                    + text.lines().findFirst().orElse("") + "'");
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(file + ": the port must be between 1 and 65535, got " + port);
        }
        return Optional.of(new BackendSpec(
                Optional.of(file.getFileName().toString()),
                address,
                port,
                Optional.empty(),
                Optional.empty(),
                1,
                0,
                Map.of(),
                Position.NONE));
    }
}

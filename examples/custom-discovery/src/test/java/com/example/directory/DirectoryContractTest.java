package com.example.directory;

import io.leba.testkit.discovery.DiscoveryContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** What every source of backends keeps. */
class DirectoryContractTest extends DiscoveryContract {
    @TempDir
    private Path folder;

    DirectoryContractTest() {
        super(new DirectoryPlugin(), "directory");
    }

    private Path directory() {
        return folder.resolve("instances");
    }

    @Override
    protected String yaml() {
        return "path: " + directory();
    }

    @Override
    protected void say(List<String> backends) throws IOException {
        fail();
        Files.createDirectories(directory());
        for (String backend : backends) {
            Files.writeString(directory().resolve(backend.replace(':', '-')), backend + "\n");
        }
    }

    @Override
    protected void fail() throws IOException {
        if (Files.exists(directory())) {
            try (Stream<Path> files = Files.list(directory())) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory());
        }
    }
}

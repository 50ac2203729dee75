package io.leba.plugin.discovery.file;

import io.leba.testkit.discovery.DiscoveryContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

class FileContractTest extends DiscoveryContract {
    @TempDir
    private Path directory;

    FileContractTest() {
        super(new FilePlugin(), "file");
    }

    private Path file() {
        return directory.resolve("backends.yaml");
    }

    @Override
    protected String yaml() {
        return "path: " + file();
    }

    @Override
    protected void say(List<String> backends) throws IOException {
        Files.writeString(
                file(),
                backends.stream()
                        .map(backend -> backend.split(":"))
                        .map(parts -> "- {address: " + parts[0] + ", port: " + parts[1] + "}")
                        .collect(Collectors.joining("\n")));
    }

    @Override
    protected void fail() throws IOException {
        Files.deleteIfExists(file());
    }
}

package io.leba.plugin.discovery.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.TestScope;
import io.leba.testkit.discovery.RecordingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final String ONE = "- {address: 10.0.0.1, port: 1}\n";
    private static final String TWO = ONE + "- {address: 10.0.0.2, port: 2}\n";

    @TempDir
    private Path directory;

    private final TestScope scope = TestScope.of("backend_groups[app].discovery");
    private final RecordingSink sink = new RecordingSink();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("backends.yaml");
    }

    private void start() {
        new FileProvider().create(new FileConfig(file, INTERVAL), scope).start(sink);
    }

    private void wait(Duration time) {
        scope.background().advance(time);
        assertEquals(List.of(), scope.background().failures());
    }

    @Test
    void startingReadsNothingOnTheCallersThread() throws IOException {
        Files.writeString(file, ONE);

        start();

        assertEquals(List.of(), sink.deliveries());
        wait(Duration.ZERO);
        assertEquals(List.of("10.0.0.1:1"), sink.names());
    }

    @Test
    void anUnchangedFileIsDeliveredOnce() throws IOException {
        Files.writeString(file, ONE);
        start();

        wait(INTERVAL.multipliedBy(10));

        assertEquals(1, sink.deliveries().size());
    }

    @Test
    void aChangeIsNoticedWithinTheInterval() throws IOException {
        Files.writeString(file, ONE);
        start();
        wait(Duration.ZERO);
        Files.writeString(file, TWO);

        wait(INTERVAL.plus(WatchedFile.SETTLING));

        assertEquals(List.of("10.0.0.1:1", "10.0.0.2:2"), sink.names());
    }

    @Test
    void aFileThatIsBeingWrittenIsWaitedFor() throws IOException {
        Files.writeString(file, TWO);
        start();
        wait(Duration.ZERO);
        Files.writeString(file, ONE); // the first half of a longer list
        wait(INTERVAL);
        Files.writeString(file, TWO + "- {address: 10.0.0.3, port: 3}\n");

        wait(INTERVAL);

        assertEquals(List.of(2, 3), sink.deliveries().stream().map(List::size).toList());
    }

    @Test
    void aChangeThatIsTakenBackIsNone() throws IOException {
        Files.writeString(file, ONE);
        start();
        wait(Duration.ZERO);
        Files.writeString(file, TWO);
        wait(INTERVAL);
        Files.writeString(file, ONE);
        wait(INTERVAL);
        Files.writeString(file, TWO);
        wait(INTERVAL.minus(Duration.ofMillis(1)));

        assertEquals(1, sink.deliveries().size());
    }

    @Test
    void renamingOverItIsNoticed() throws IOException {
        Files.writeString(file, ONE);
        start();
        wait(Duration.ZERO);
        Path other = Files.writeString(directory.resolve("new"), TWO);
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        wait(INTERVAL.multipliedBy(2));

        assertEquals(2, sink.names().size());
    }

    @Test
    void aSwappedSymbolicLinkIsNoticed() throws IOException {
        Path first = Files.createDirectory(directory.resolve("..v1"));
        Path second = Files.createDirectory(directory.resolve("..v2"));
        Files.writeString(first.resolve("backends.yaml"), ONE);
        Files.writeString(second.resolve("backends.yaml"), TWO);
        Path data = Files.createSymbolicLink(directory.resolve("..data"), first.getFileName());
        Files.createSymbolicLink(file, Path.of("..data", "backends.yaml"));
        start();
        wait(Duration.ZERO);
        Path swapped = Files.createSymbolicLink(directory.resolve("..tmp"), second.getFileName());
        Files.move(swapped, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        wait(INTERVAL.multipliedBy(2));

        assertEquals(2, sink.names().size());
    }

    @Test
    void aBrokenFileKeepsTheLastList() throws IOException {
        Files.writeString(file, ONE);
        start();
        wait(Duration.ZERO);
        Files.writeString(file, "- {address: 10.0.0.1, port: high}\n");
        wait(INTERVAL.multipliedBy(3));

        assertEquals(1, sink.deliveries().size());
        assertEquals(
                List.of(file + ":1:29 backends[0].port: must be a number between 1 and 65535, got high"),
                sink.failures());

        Files.writeString(file, ONE);
        wait(INTERVAL.multipliedBy(2));
        assertEquals(2, sink.deliveries().size(), "delivering again says that all is well");
    }

    @Test
    void anEmptiedFileKeepsTheLastList() throws IOException {
        Files.writeString(file, ONE);
        start();
        wait(Duration.ZERO);
        Files.writeString(file, "");
        wait(INTERVAL.multipliedBy(2));

        assertEquals(1, sink.deliveries().size());
        assertEquals(List.of(file + ": is empty; write [] for no backends"), sink.failures());
    }

    @Test
    void anEmptyFileAtTheStartIsReported() throws IOException {
        Files.writeString(file, "");
        start();
        wait(INTERVAL.multipliedBy(2));

        assertEquals(List.of(file + ": is empty; write [] for no backends"), sink.failures());
    }

    @Test
    void aMissingFileIsReportedAndFoundLater() throws IOException {
        start();
        wait(Duration.ZERO);
        assertEquals(List.of(file + ": no such file"), sink.failures());
        Files.writeString(file, ONE);

        wait(INTERVAL);

        assertEquals(List.of("10.0.0.1:1"), sink.names());
    }

    @Test
    void aFileThatComesBackUnchangedIsDeliveredAgain() throws IOException {
        Files.writeString(file, ONE);
        start();
        wait(Duration.ZERO);
        Files.delete(file);
        wait(INTERVAL);
        assertEquals(List.of(file + ": no such file"), sink.failures());
        Files.writeString(file, ONE);

        wait(INTERVAL);

        assertEquals(2, sink.deliveries().size());
    }

    @Test
    void aDirectoryIsNoFile() throws IOException {
        Files.createDirectory(file);
        start();
        wait(Duration.ZERO);

        assertEquals(List.of(file + ": is a directory, not a file"), sink.failures());
    }

    @Test
    void aHugeFileIsRefused() throws IOException {
        Files.writeString(file, "#".repeat(16 * 1024 * 1024 + 1));
        start();
        wait(Duration.ZERO);

        assertEquals(List.of(file + ": is larger than 16 MiB"), sink.failures());
    }

    @Test
    void nothingIsReadAfterTheScopeHasClosed() throws IOException {
        Files.writeString(file, ONE);
        start();
        wait(Duration.ZERO);
        scope.close();
        Files.writeString(file, TWO);
        wait(INTERVAL.multipliedBy(3));

        assertEquals(1, sink.deliveries().size());
    }

    @Test
    void thePluginOffersOneDiscovery() {
        assertEquals("file", new FilePlugin().providers().get(0).type());
        assertEquals(FileConfig.class, new FilePlugin().providers().get(0).configType());
        assertTrue(new FileProvider()
                .create(new FileConfig(file, INTERVAL), scope)
                .groups()
                .isEmpty());
    }
}

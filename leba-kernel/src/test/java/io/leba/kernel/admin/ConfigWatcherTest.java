package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.kernel.thread.BackgroundPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How changes of files are noticed: as editors, Kubernetes and operators make them. */
class ConfigWatcherTest {
    @TempDir
    private Path folder;

    private final BackgroundPool background = new BackgroundPool();
    private final AtomicInteger reloads = new AtomicInteger();
    private volatile Set<Path> files = Set.of();
    private volatile boolean isReserved;
    private ConfigWatcher watcher;

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(folder.resolve("config.yaml"), "one");
    }

    @AfterEach
    void stop() {
        if (watcher != null) {
            watcher.close();
        }
        background.close();
    }

    /** The test looks, so that nothing is seen half done. */
    private void watch(Path... paths) {
        watch(Duration.ofDays(1), paths);
    }

    private void watch(Duration interval, Path... paths) {
        files = new TreeSet<>(Set.of(paths));
        watcher = new ConfigWatcher(background.scope("test"), interval, ConfigWatcher.prints(files), () -> {
            if (isReserved) {
                return Optional.empty();
            }
            reloads.incrementAndGet();
            return Optional.of(files);
        });
    }

    /** Looks twice: what was noticed is not noticed again. */
    private void assertReloads(int count) {
        watcher.look();
        assertEquals(count, reloads.get());
        watcher.look();
        assertEquals(count, reloads.get());
    }

    @Test
    void itLooksByItself() throws IOException {
        Path config = folder.resolve("config.yaml");
        watch(Duration.ofMillis(10), config);
        Files.writeString(config, "another length");
        await().until(() -> reloads.get() >= 1);
    }

    @Test
    void aFileWrittenInPlaceOrRenamedIntoPlaceIsNoticedOnce() throws IOException {
        Path config = folder.resolve("config.yaml");
        watch(config);
        Files.writeString(config, "another length");
        assertReloads(1);
        Path next = Files.writeString(folder.resolve(".config.yaml.swp"), "another length");
        Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
        assertReloads(2);
    }

    @Test
    void aSwappedSymbolicLinkIsNoticedAsKubernetesMakesIt() throws IOException {
        Path v1 = Files.createDirectory(folder.resolve("..v1"));
        Path v2 = Files.createDirectory(folder.resolve("..v2"));
        Files.writeString(v1.resolve("config.yaml"), "same length 1");
        Files.writeString(v2.resolve("config.yaml"), "same length 2");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), v1);
        Path config = Files.createSymbolicLink(folder.resolve("mounted.yaml"), data.resolve("config.yaml"));
        watch(config);
        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), v2);
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        assertReloads(1);
    }

    @Test
    void aFileThatAppearsOrGoesIsNoticed() throws IOException {
        Path named = folder.resolve("included.yaml");
        watch(folder.resolve("config.yaml"), named);
        Files.writeString(named, "now");
        assertReloads(1);
        Files.delete(named);
        assertReloads(2);
    }

    @Test
    void aFileThatOnlyTheLastReadingNamedIsReadAgainUntilItIsKnownToBeTheOneThatWasRead() throws IOException {
        Path config = folder.resolve("config.yaml");
        Path part = Files.writeString(folder.resolve("part.yaml"), "part");
        watch(config);
        files = new TreeSet<>(Set.of(config, part));
        Files.writeString(config, "include: part.yaml");
        assertReloads(2);
        Files.writeString(part, "changed part");
        assertReloads(3);
    }

    @Test
    void aChangeThatCannotBeTakenNowIsTakenLater() throws IOException {
        Path config = folder.resolve("config.yaml");
        watch(config);
        isReserved = true;
        Files.writeString(config, "another length");
        assertReloads(0);
        isReserved = false;
        assertReloads(1);
    }
}

package io.leba.kernel.admin;

import io.leba.kernel.file.FilePrint;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.spi.OnBackground;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Looks at the configuration's files from time to time and reloads when one of them differs. It compares identity, size and
 * time of what each path leads to, so that rename-on-save, swapped symbolic links and included files are noticed; also files
 * that only a configuration names which could not be used.
 */
@OnBackground
final class ConfigWatcher implements AutoCloseable {
    private static final int STEADY_TRIES = 3;

    private final BackgroundScope scope;
    private final Supplier<Optional<Set<Path>>> reload;
    private Map<Path, String> seen;

    /**
     * @param read what the configuration that serves was read from
     * @param reload reads again, whatever comes of it; gives the files and directories looked at, empty if it is to be asked
     *     again later
     */
    ConfigWatcher(
            BackgroundScope background,
            Duration interval,
            Map<Path, String> read,
            Supplier<Optional<Set<Path>>> reload) {
        this.scope = background;
        this.reload = reload;
        this.seen = read;
        background.every(interval, interval, this::look);
    }

    /** Reads again if a file has changed since the last reading. One thread at a time. */
    void look() {
        if (!prints(seen.keySet()).equals(seen)) {
            reloadUntilSteady();
        }
    }

    /** What was read is known for certain only of a file whose print from before the reading still holds after it. */
    private void reloadUntilSteady() {
        Set<Path> known = new TreeSet<>(seen.keySet());
        for (int i = 0; i < STEADY_TRIES; i++) {
            Map<Path, String> before = prints(known);
            Optional<Set<Path>> read = reload.get();
            if (read.isEmpty()) {
                return;
            }
            seen = prints(read.get());
            if (before.entrySet().containsAll(seen.entrySet())) {
                return;
            }
            known.addAll(read.get());
        }
    }

    /** The prints of files and directories at this moment. */
    static Map<Path, String> prints(Set<Path> paths) {
        Map<Path, String> found = new TreeMap<>();
        paths.forEach(path -> found.put(path, FilePrint.of(path)));
        return found;
    }

    @Override
    public void close() {
        scope.close();
    }
}

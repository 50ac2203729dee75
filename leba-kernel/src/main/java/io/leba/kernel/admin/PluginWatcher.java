package io.leba.kernel.admin;

import io.leba.kernel.file.FilePrint;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.spi.OnBackground;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipFile;

/**
 * Looks at the plugin folder from time to time and has it taken over when it differs. A change is waited out: a file counts
 * once it is the same in two looks and, if it does not open as a jar, once it has been so for {@value #PATIENCE_SECONDS} s,
 * since it may be half copied.
 */
@OnBackground
final class PluginWatcher implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int PATIENCE_SECONDS = 5;
    private static final Set<String> LISTS = Set.of("disabled.txt", "enabled.txt");

    private final BackgroundScope scope;
    private final Path folder;
    private final BooleanSupplier takeOver;
    private Map<Path, String> taken;
    private Map<Path, String> last;
    private long lastChangeNanos;

    /** @param takeOver takes over what the folder holds; false if it cannot now and is to be asked again */
    PluginWatcher(BackgroundScope background, Path folder, BooleanSupplier takeOver) {
        this.scope = background;
        this.folder = folder;
        this.takeOver = takeOver;
        this.taken = prints();
        this.last = taken;
        background.every(INTERVAL, INTERVAL, this::look);
    }

    private void look() {
        Map<Path, String> now = prints();
        if (!now.equals(last)) {
            last = now;
            lastChangeNanos = System.nanoTime();
            return;
        }
        if (now.equals(taken) || isHalfCopied(now)) {
            return;
        }
        if (takeOver.getAsBoolean()) {
            taken = now;
        }
    }

    private boolean isHalfCopied(Map<Path, String> now) {
        if (System.nanoTime() - lastChangeNanos
                >= Duration.ofSeconds(PATIENCE_SECONDS).toNanos()) {
            return false;
        }
        return now.entrySet().stream()
                .filter(file -> !file.getValue().equals(taken.get(file.getKey())))
                .map(Map.Entry::getKey)
                .anyMatch(file -> file.toString().endsWith(".jar") && !isJar(file));
    }

    private static boolean isJar(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.size() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Map<Path, String> prints() {
        Map<Path, String> found = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PluginWatcher::counts)) {
            for (Path file : files) {
                found.put(file, FilePrint.of(file));
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return last == null ? found : last;
        }
        return found;
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return (name.endsWith(".jar") && !name.startsWith(".")) || LISTS.contains(name);
    }

    @Override
    public void close() {
        scope.close();
    }
}

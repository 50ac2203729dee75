package io.leba.kernel.admin;

import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.spi.OnBackground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Looks at the configuration's files from time to time and reloads when one of them differs. It compares identity, size and
 * time of what each path leads to, so that rename-on-save, swapped symbolic links and included files are noticed.
 */
@OnBackground
final class ConfigWatcher implements AutoCloseable {
    private final BackgroundScope scope;
    private final Supplier<ConfigDocument> reload;
    private ConfigDocument document;
    private Map<Path, String> seen;

    /**
     * @param document what was read last
     * @param reload reads again; gives what it read, or null if it could not be read
     */
    ConfigWatcher(
            BackgroundScope background, Duration interval, ConfigDocument document, Supplier<ConfigDocument> reload) {
        this.scope = background;
        this.reload = reload;
        this.document = document;
        this.seen = fingerprints(document);
        background.every(interval, interval, this::look);
    }

    private void look() {
        Map<Path, String> now = fingerprints(document);
        if (now.equals(seen)) {
            return;
        }
        ConfigDocument read = reload.get();
        if (read != null) {
            document = read;
            Map<Path, String> before = now;
            now = fingerprints(read);
            now.replaceAll(
                    (path, print) -> before.getOrDefault(path, print)); // a change during the read is seen next time
        }
        seen = now;
    }

    private static Map<Path, String> fingerprints(ConfigDocument document) {
        Map<Path, String> found = new TreeMap<>();
        for (Set<Path> paths : java.util.List.of(document.files(), document.directories())) {
            for (Path path : paths) {
                found.put(path, fingerprint(path));
            }
        }
        return found;
    }

    private static String fingerprint(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return path.toRealPath() + "|" + attributes.fileKey() + "|" + attributes.size() + "|"
                    + attributes.lastModifiedTime().toString();
        } catch (IOException e) {
            return "absent";
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}

package io.leba.kernel.admin;

import io.leba.spi.OnBackground;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Puts a jar into the plugin folder in the place of another one, so that it can be put back. */
@OnBackground
final class JarExchange {
    private final Path target;
    private final Optional<Path> old;
    private final Optional<Path> aside;

    private JarExchange(Path target, Optional<Path> old, Optional<Path> aside) {
        this.target = target;
        this.old = old;
        this.aside = aside;
    }

    /**
     * Copies the jar into the folder under its own name. Each file appears and goes by rename.
     *
     * @param replaced the jar that it replaces, which need not exist any more
     * @throws Refused if another plugin's jar has the name
     */
    static JarExchange begin(Path jar, Path folder, Optional<Path> replaced) throws IOException {
        Files.createDirectories(folder);
        Path target =
                folder.toAbsolutePath().normalize().resolve(jar.getFileName().toString());
        Optional<Path> old = replaced.filter(Files::exists);
        if (Files.exists(target) && !old.equals(Optional.of(target))) {
            throw new Refused(
                    Refused.Reason.CONFLICT,
                    target.getFileName() + " in the plugin folder is another plugin's; rename the new jar");
        }
        Path copy = Files.createTempFile(folder, ".", ".part");
        Optional<Path> aside = Optional.empty();
        JarExchange exchange = new JarExchange(target, old, aside);
        boolean done = false;
        try {
            Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
            if (old.isPresent()) {
                aside = Optional.of(Files.createTempFile(folder, ".", ".old"));
                exchange = new JarExchange(target, old, aside);
                Files.copy(old.get(), aside.get(), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
            if (old.isPresent() && !old.get().equals(target)) {
                Files.delete(old.get());
            }
            done = true;
            return exchange;
        } finally {
            if (!done) {
                Files.deleteIfExists(copy);
                exchange.undo();
            }
        }
    }

    /** Leaves the new jar there. */
    void commit() throws IOException {
        if (aside.isPresent()) {
            Files.deleteIfExists(aside.get());
        }
    }

    /** Puts the old jar back. */
    void undo() throws IOException {
        if (old.isEmpty()) {
            Files.deleteIfExists(target);
        } else if (aside.isPresent()) {
            Files.move(aside.get(), old.get(), StandardCopyOption.ATOMIC_MOVE);
            if (!old.get().equals(target)) {
                Files.deleteIfExists(target);
            }
        }
    }
}

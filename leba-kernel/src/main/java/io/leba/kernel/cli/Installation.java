package io.leba.kernel.cli;

import io.leba.kernel.upgrade.Launch;
import java.nio.file.Path;
import java.util.List;

/** Where this LEBA is installed: the folder with {@code bin}, {@code conf}, {@code lib} and {@code plugins}. */
final class Installation {
    private Installation() {}

    /** The folder that the launcher names with {@code -Dleba.home}; the current one without it. */
    static Path home() {
        return Path.of(System.getProperty("leba.home", ".")).toAbsolutePath().normalize();
    }

    /**
     * How a process like this one is started: by the launcher as it was called ({@code -Dleba.launcher}), which may be another
     * version by then.
     */
    static Launch launch(List<String> arguments) {
        String named = System.getProperty("leba.launcher");
        return new Launch(
                named == null
                        ? home().resolve("bin").resolve("leba")
                        : Path.of(named).toAbsolutePath(),
                arguments);
    }

    /** The configuration, unless another one is named. */
    static Path config() {
        return home().resolve("conf").resolve("config.yaml");
    }

    static Path plugins() {
        String named = System.getProperty("leba.plugins");
        return named == null ? home().resolve("plugins") : Path.of(named);
    }

    /** Where plugin jars are unpacked; below the home if that can be written, else below the temporary folder. */
    static Path work() {
        String named = System.getProperty("leba.work");
        if (named != null) {
            return Path.of(named);
        }
        if (java.nio.file.Files.isWritable(home())) {
            return home().resolve("work");
        }
        return Path.of(System.getProperty("java.io.tmpdir"), "leba-work-" + System.getProperty("user.name"));
    }

    /** Where a node takes commands, unless it is told otherwise. */
    static Path controlSocket() {
        return work().resolve("control.sock");
    }
}

package io.leba.kernel.upgrade;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How this process was started, and so how its successor is.
 *
 * @param launcher the launcher as it was called: a symbolic link on its way may lead to another version by now
 * @param arguments what it was given
 */
public record Launch(Path launcher, List<String> arguments) {
    /** Keeps a copy. */
    public Launch {
        arguments = List.copyOf(arguments);
    }

    /**
     * The launcher to start.
     *
     * @param home another installation than that of this process
     * @return empty if there is none that can be executed
     */
    Optional<Path> launcher(Optional<Path> home) {
        Path found = home.map(folder -> folder.resolve("bin").resolve("leba")).orElse(launcher);
        return Files.isExecutable(found) ? Optional.of(found.toAbsolutePath()) : Optional.empty();
    }

    List<String> command(Path found) {
        List<String> command = new ArrayList<>();
        command.add(found.toString());
        command.addAll(arguments);
        return command;
    }
}

package io.leba.kernel.admin;

import io.leba.kernel.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Checks a configuration without serving it. */
public final class Validation {
    private Validation() {}

    /**
     * Builds a generation from the file with the installed plugins, binds nothing, and drops it.
     *
     * @throws ConfigException with every problem found
     */
    public static void validate(Path config, Path plugins, Path work, Map<String, String> environment)
            throws IOException {
        Node.validate(
                new NodeOptions(config, plugins, work, false, java.time.Duration.ofSeconds(30), false, environment));
    }
}

package io.leba.kernel.admin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a node is started.
 *
 * @param config the configuration file
 * @param plugins the folder of plugin jars
 * @param work where jars are unpacked
 * @param watchConfig whether the configuration's files are watched
 * @param watchInterval how often they are looked at
 * @param watchPlugins whether the folder of plugin jars is watched
 * @param environment what {@code ${VAR}} in the configuration refers to
 */
public record NodeOptions(
        Path config,
        Path plugins,
        Path work,
        boolean watchConfig,
        Duration watchInterval,
        boolean watchPlugins,
        Map<String, String> environment) {
    /** The options with the folders of an installation. */
    public static NodeOptions of(Path config, Path home) {
        return new NodeOptions(
                config,
                home.resolve("plugins"),
                home.resolve("work"),
                true,
                Duration.ofSeconds(30),
                true,
                System.getenv());
    }
}

package io.leba.kernel.plugin;

import java.nio.file.Path;
import org.pf4j.DefaultPluginStatusProvider;

/** PF4J's {@code disabled.txt} and {@code enabled.txt} beside the jars, one id a line; read when this is made. */
final class DisabledPlugins {
    private final DefaultPluginStatusProvider files;

    DisabledPlugins(Path plugins) {
        this.files = new DefaultPluginStatusProvider(plugins);
    }

    boolean contains(String id) {
        return files.isPluginDisabled(id);
    }

    void enable(String id) {
        files.enablePlugin(id);
    }

    void disable(String id) {
        files.disablePlugin(id);
    }
}

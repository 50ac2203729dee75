package io.leba.kernel.plugin;

import io.leba.spi.SpiVersion;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the SPI that a plugin was compiled against with the one that runs. */
final class SpiCheck {
    static final String RUNNING = SpiVersion.MAJOR + "." + SpiVersion.MINOR;

    private static final String SPI_MODULE = "io.leba.spi";
    private static final Pattern MAJOR_MINOR = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?(?:[.+-].*)?");

    private SpiCheck() {}

    /**
     * Refuses a plugin that was compiled against another major version of the SPI or a newer minor one. A plugin that
     * does not say is let through: what it lacks shows when its classes are linked.
     *
     * @param range PF4J's {@code Plugin-Requires}
     */
    static void check(PluginPackage plugin, Optional<String> range) {
        if (range.isPresent() && !new Versions().checkVersionConstraint(RUNNING, range.get())) {
            throw plugin.refused("plugin " + plugin.label() + " needs SPI " + range.get() + ", this is " + RUNNING);
        }
        plugin.descriptor().requires().stream()
                .filter(requires -> requires.name().equals(SPI_MODULE))
                .findFirst()
                .flatMap(Requires::rawCompiledVersion)
                .ifPresent(version -> compare(plugin, version));
    }

    private static void compare(PluginPackage plugin, String compiled) {
        Matcher version = MAJOR_MINOR.matcher(compiled);
        if (!version.matches()) {
            return;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        if (major > SpiVersion.MAJOR || major == SpiVersion.MAJOR && minor > SpiVersion.MINOR) {
            throw plugin.refused(
                    "plugin " + plugin.label() + " needs SPI >= " + major + "." + minor + ", this is " + RUNNING);
        }
        if (major < SpiVersion.MAJOR) {
            throw plugin.refused("plugin " + plugin.label() + " needs SPI " + major + ".x, this is " + RUNNING
                    + "; compile it against io.leba.spi " + SpiVersion.MAJOR);
        }
    }
}

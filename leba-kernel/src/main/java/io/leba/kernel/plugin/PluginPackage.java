package io.leba.kernel.plugin;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A plugin jar that was unpacked and read, but not opened: none of its code has run.
 *
 * @param id the module's name, or the manifest's {@code Plugin-Id}
 * @param version empty if it has none
 * @param source the installed jar
 * @param sha256 of the installed jar
 * @param directory the private copy
 * @param module the plugin's own module
 * @param libraries the modules nested in it; empty where libraries are unnamed
 * @param unnamedLibraries the libraries that go on a class path of their own; empty where they are modules
 * @param declared plugins that the manifest names as dependencies, with the range of versions; {@code *} for any
 */
record PluginPackage(
        String id,
        String version,
        Path source,
        String sha256,
        Path directory,
        ModuleReference module,
        List<ModuleReference> libraries,
        List<Path> unnamedLibraries,
        Map<String, String> declared) {

    ModuleDescriptor descriptor() {
        return module.descriptor();
    }

    String moduleName() {
        return descriptor().name();
    }

    /** {@code com.example.maglev 1.4}. */
    String label() {
        return version.isEmpty() ? id : id + " " + version;
    }

    PluginRefused refused(String problem) {
        return new PluginRefused(source, id, version, problem);
    }
}

package io.leba.kernel.plugin;

import io.leba.spi.LebaPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads what a jar says about itself: module descriptor first, PF4J's manifest attributes where there are any. A jar
 * without module descriptor needs {@code Plugin-Id}, and becomes an automatic module of that name.
 */
final class PluginReader {
    private static final String MODULE_INFO = "module-info.class";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    /** What only the kernel may use; its other libraries a plugin may share. */
    static final Set<String> KERNEL_ONLY = Set.of("io.leba.kernel", "pf4j");

    private PluginReader() {}

    /** The plugin's id, before the jar has its final name. */
    static String idOf(Path source, Path copy) throws IOException {
        try (JarFile jar = new JarFile(copy.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            Optional<String> declared = attribute(jar.getManifest(), "Plugin-Id");
            if (declared.isPresent()) {
                if (!ID.matcher(declared.get()).matches()) {
                    throw new PluginRefused(
                            source,
                            "Plugin-Id '" + declared.get()
                                    + "' in its manifest is not an id; use letters, digits, dots,"
                                    + " hyphens and underscores");
                }
                return declared.get();
            }
            ZipEntry descriptor = jar.getEntry(MODULE_INFO);
            if (descriptor == null) {
                throw new PluginRefused(
                        source,
                        "it is not a module; a plugin has a module-info.java with 'requires io.leba.spi' and 'provides"
                                + " io.leba.spi.LebaPlugin with …'");
            }
            try (InputStream in = jar.getInputStream(descriptor)) {
                return ModuleDescriptor.read(in).name();
            }
        } catch (InvalidModuleDescriptorException e) {
            throw new PluginRefused(source, "its module-info.class is not valid: " + Failures.messageOf(e));
        }
    }

    /** Reads the unpacked jar and refuses what can be known without running any of its code. */
    static PluginPackage read(Path source, WorkDirectory.Unpacked unpacked) throws IOException {
        Manifest manifest;
        try (JarFile jar = new JarFile(unpacked.jar().toFile(), false)) {
            manifest = jar.getManifest();
        }
        String file = unpacked.jar().getFileName().toString();
        String id = file.substring(0, file.length() - ".jar".length());
        ModuleReference module = module(source, unpacked.jar(), "");
        ModuleDescriptor descriptor = module.descriptor();
        String version =
                attribute(manifest, "Plugin-Version").or(descriptor::rawVersion).orElse("");
        boolean unnamed = isUnnamed(source, manifest);
        List<ModuleReference> libraries = unnamed ? List.of() : libraries(source, unpacked.libraries());
        PluginPackage plugin = new PluginPackage(
                id,
                version,
                source,
                unpacked.sha256(),
                unpacked.directory(),
                module,
                libraries,
                unnamed ? unpacked.libraries() : List.of(),
                declared(manifest));
        refuseKernelUse(plugin);
        SpiCheck.check(plugin, attribute(manifest, "Plugin-Requires"));
        requirePlugin(plugin);
        return plugin;
    }

    private static ModuleReference module(Path source, Path jar, String where) {
        try {
            return ModuleFinder.of(jar).findAll().iterator().next();
        } catch (FindException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new PluginRefused(source, where + "it is not a usable module: " + Failures.messageOf(reason));
        }
    }

    private static List<ModuleReference> libraries(Path source, List<Path> jars) {
        Map<String, ModuleReference> modules = new LinkedHashMap<>();
        for (Path jar : jars) {
            ModuleReference module = module(source, jar, "nested library META-INF/lib/" + jar.getFileName() + ": ");
            ModuleReference other = modules.putIfAbsent(module.descriptor().name(), module);
            if (other != null) {
                throw new PluginRefused(
                        source,
                        "two nested libraries are module " + module.descriptor().name() + ": " + fileName(other)
                                + " and " + jar.getFileName() + "; keep one");
            }
        }
        return List.copyOf(modules.values());
    }

    private static String fileName(ModuleReference module) {
        return module.location().map(at -> Path.of(at).getFileName().toString()).orElse("");
    }

    private static boolean isUnnamed(Path source, Manifest manifest) {
        return attribute(manifest, "LEBA-Libraries")
                .map(value -> switch (value) {
                    case "unnamed" -> true;
                    case "modules" -> false;
                    default ->
                        throw new PluginRefused(
                                source,
                                "LEBA-Libraries in its manifest must be 'modules' or 'unnamed', got '" + value + "'");
                })
                .orElse(false);
    }

    private static Map<String, String> declared(Manifest manifest) {
        Map<String, String> dependencies = new LinkedHashMap<>();
        for (String one : attribute(manifest, "Plugin-Dependencies").orElse("").split(",")) {
            if (!one.isBlank()) {
                String[] idAndRange = one.strip().split("@", 2);
                dependencies.put(idAndRange[0].strip(), idAndRange.length == 1 ? "*" : idAndRange[1].strip());
            }
        }
        return Map.copyOf(dependencies);
    }

    private static Optional<String> attribute(Manifest manifest, String name) {
        if (manifest == null) {
            return Optional.empty();
        }
        Attributes attributes = manifest.getMainAttributes();
        return Optional.ofNullable(attributes.getValue(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static void refuseKernelUse(PluginPackage plugin) {
        List<ModuleReference> all = new ArrayList<>(plugin.libraries());
        all.add(plugin.module());
        for (ModuleReference module : all) {
            for (ModuleDescriptor.Requires requires : module.descriptor().requires()) {
                if (KERNEL_ONLY.contains(requires.name())) {
                    throw plugin.refused("module " + module.descriptor().name() + " requires " + requires.name()
                            + ", which is the kernel's own; a plugin uses io.leba.spi");
                }
            }
        }
    }

    private static void requirePlugin(PluginPackage plugin) throws IOException {
        List<String> providers = plugin.descriptor().provides().stream()
                .filter(provides -> provides.service().equals(LebaPlugin.class.getName()))
                .flatMap(provides -> provides.providers().stream())
                .toList();
        if (providers.isEmpty()) {
            throw plugin.refused("module " + plugin.moduleName() + " provides no io.leba.spi.LebaPlugin; add 'provides"
                    + " io.leba.spi.LebaPlugin with …' to its module-info.java");
        }
        try (ModuleReader reader = plugin.module().open()) {
            for (String provider : providers) {
                if (reader.find(provider.replace('.', '/') + ".class").isEmpty()) {
                    throw plugin.refused("its descriptor provides io.leba.spi.LebaPlugin with " + provider
                            + ", but the jar has no such class");
                }
            }
        }
    }
}

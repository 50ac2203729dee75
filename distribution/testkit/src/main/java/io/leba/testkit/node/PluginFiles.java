package io.leba.testkit.node;

import io.leba.spi.LebaPlugin;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds plugins where a build has put them, and makes a jar of one that is a folder of classes still. A folder counts as the
 * plugin's module if its {@code module-info.class} lies at the top; libraries that the build has nested already, below
 * {@code META-INF/lib}, travel with it.
 */
public final class PluginFiles {
    /** The folder of plugin jars in a LEBA's home, and in a test node's folder. */
    public static final String FOLDER = "plugins";

    private static final Logger LOGGER = LoggerFactory.getLogger(PluginFiles.class);
    private static final String DESCRIPTOR = "module-info.class";

    private PluginFiles() {}

    /** The jar or folder of classes that a plugin's class was loaded from. */
    public static Path of(Class<? extends LebaPlugin> plugin) {
        try {
            return Path.of(
                    plugin.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Every plugin on this JVM's module path and class path, by its module's name, and those in the folder {@code plugins} of
     * the LEBA that the system property {@code leba.home} names, unless the paths have them. What cannot be read is left out,
     * with a word in the log.
     */
    public static Map<String, Path> installed() {
        Map<String, Path> found = new LinkedHashMap<>();
        List<Path> places = new ArrayList<>();
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            for (String entry : System.getProperty(property, "").split(File.pathSeparator)) {
                if (!entry.isEmpty()) {
                    places.addAll(expand(Path.of(entry)));
                }
            }
        }
        String home = System.getProperty("leba.home", "");
        if (!home.isEmpty()) {
            places.addAll(jars(Path.of(home).resolve(FOLDER)));
        }
        for (Path place : places) {
            try {
                pluginModule(place).ifPresent(module -> found.putIfAbsent(module.name(), place));
            } catch (UncheckedIOException e) {
                LOGGER.warn("{}; it is left out", e.getMessage());
            }
        }
        return found;
    }

    /** An entry of a module path may be a folder of modules. */
    private static List<Path> expand(Path entry) {
        if (!Files.isDirectory(entry) || Files.exists(entry.resolve(DESCRIPTOR))) {
            return List.of(entry);
        }
        return jars(entry);
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it is a jar or a folder of classes of a module that provides a plugin. */
    public static boolean isPlugin(Path place) {
        return pluginModule(place).isPresent();
    }

    /** The module of a plugin; empty if this is none. */
    static Optional<ModuleDescriptor> pluginModule(Path place) {
        return module(place)
                .filter(module -> module.provides().stream()
                        .anyMatch(provides -> provides.service().equals(LebaPlugin.class.getName())));
    }

    private static Optional<ModuleDescriptor> module(Path place) {
        try {
            if (Files.isDirectory(place)) {
                Path descriptor = place.resolve(DESCRIPTOR);
                if (!Files.exists(descriptor)) {
                    return Optional.empty();
                }
                try (InputStream in = Files.newInputStream(descriptor)) {
                    return Optional.of(ModuleDescriptor.read(in));
                }
            }
            if (!place.toString().endsWith(".jar") || !Files.exists(place)) {
                return Optional.empty();
            }
            try (JarFile jar = new JarFile(place.toFile())) {
                ZipEntry entry = jar.getEntry(DESCRIPTOR);
                if (entry == null) {
                    return Optional.empty();
                }
                try (InputStream in = jar.getInputStream(entry)) {
                    return Optional.of(ModuleDescriptor.read(in));
                }
            }
        } catch (InvalidModuleDescriptorException e) {
            throw new UncheckedIOException(unreadable(place, e), new IOException(e));
        } catch (IOException e) {
            throw new UncheckedIOException(unreadable(place, e), e);
        }
    }

    private static String unreadable(Path place, Exception why) {
        return "cannot read " + place + ": " + why.getMessage();
    }

    /**
     * Puts the plugin's jar into a folder, packed anew if it is a folder of classes.
     *
     * @param place a jar, or a folder of classes with its {@code module-info.class}
     * @return the jar
     */
    public static Path install(Path place, Path folder) throws IOException {
        ModuleDescriptor module = pluginModule(place)
                .orElseThrow(() -> new IllegalArgumentException(place
                        + " is no plugin: a named module that provides io.leba.spi.LebaPlugin is expected, as a jar or as a"
                        + " folder of classes with its module-info.class"));
        Files.createDirectories(folder);
        Path jar = folder.resolve(module.name() + ".jar");
        Path written = Files.createTempFile(folder, ".", ".part");
        if (Files.isDirectory(place)) {
            pack(place, written);
        } else {
            Files.copy(place, written, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.move(
                written,
                jar,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream out = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(one).toString().replace(File.separatorChar, '/')));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
    }
}

package io.leba.kernel.plugin;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Stands in for modules of LEBA that are on the class path. In an author's tests build tools put only what the plugin requires
 * on the module path, and the kernel with all it needs on the class path. What another plugin requires of that becomes an empty
 * module of its name, and the classes come from the class path. Empty where the kernel is a module, as in a running LEBA.
 */
final class ClassPathModules implements ModuleFinder {
    /** Whether the kernel itself runs from the class path. */
    static final boolean IN_USE = !ClassPathModules.class.getModule().isNamed();

    private static final ClassPathModules INSTANCE = new ClassPathModules();

    private final Map<String, ModuleReference> modules = new HashMap<>();

    private ClassPathModules() {
        if (IN_USE) {
            for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
                if (entry.endsWith(".jar")) {
                    name(Path.of(entry)).ifPresent(name -> modules.put(name, new Empty(name)));
                }
            }
        }
    }

    static ClassPathModules finder() {
        return INSTANCE;
    }

    private static Optional<String> name(Path jar) {
        try {
            return ModuleFinder.of(jar).findAll().stream()
                    .map(module -> module.descriptor().name())
                    .findFirst();
        } catch (FindException e) {
            return Optional.empty(); // a jar that can be no module
        }
    }

    @Override
    public Optional<ModuleReference> find(String name) {
        return Optional.ofNullable(modules.get(name));
    }

    /** None by themselves: they are taken when they are required, and bind no services. */
    @Override
    public Set<ModuleReference> findAll() {
        return Set.of();
    }

    @Override
    public String toString() {
        return Arrays.toString(modules.keySet().stream().sorted().toArray());
    }

    /** A module without anything in it. */
    private static final class Empty extends ModuleReference {
        Empty(String name) {
            super(ModuleDescriptor.newModule(name).build(), URI.create("empty:" + name));
        }

        @Override
        public ModuleReader open() {
            return new ModuleReader() {
                @Override
                public Optional<URI> find(String resource) {
                    return Optional.empty();
                }

                @Override
                public Optional<InputStream> open(String resource) {
                    return Optional.empty();
                }

                @Override
                public Stream<String> list() {
                    return Stream.empty();
                }

                @Override
                public void close() throws IOException {}
            };
        }
    }
}

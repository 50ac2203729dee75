package io.leba.kernel.plugin;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Module references that remember the readers opened through them. The JDK's loader of a layer opens a jar at its first
 * class and has no close; closing the readers here is what frees the files. Any thread may load a class.
 */
final class TrackedModules {
    private final List<ModuleReader> readers = new ArrayList<>();
    private boolean closed;

    /** A finder of these modules whose readers are tracked. */
    ModuleFinder finder(Collection<ModuleReference> modules) {
        Map<String, ModuleReference> byName = new TreeMap<>();
        modules.forEach(module -> byName.put(module.descriptor().name(), new Tracked(module)));
        return new ModuleFinder() {
            @Override
            public Optional<ModuleReference> find(String name) {
                return Optional.ofNullable(byName.get(name));
            }

            @Override
            public Set<ModuleReference> findAll() {
                return new HashSet<>(byName.values());
            }
        };
    }

    /** Closes the files; classes not loaded by now are no longer found. */
    synchronized void close() throws IOException {
        closed = true;
        IOException failure = null;
        for (ModuleReader reader : readers) {
            try {
                reader.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        readers.clear();
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized ModuleReader open(ModuleReference module) throws IOException {
        if (closed) {
            throw new IOException("the plugin's realm is closed");
        }
        ModuleReader reader = module.open();
        readers.add(reader);
        return reader;
    }

    private final class Tracked extends ModuleReference {
        private final ModuleReference module;

        Tracked(ModuleReference module) {
            super(module.descriptor(), module.location().orElse(null));
            this.module = module;
        }

        @Override
        public ModuleReader open() throws IOException {
            return TrackedModules.this.open(module);
        }
    }
}

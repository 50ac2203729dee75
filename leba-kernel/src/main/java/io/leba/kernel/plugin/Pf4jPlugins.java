package io.leba.kernel.plugin;

import io.leba.spi.Provider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultPluginStatusProvider;
import org.pf4j.ExtensionDescriptor;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.ExtensionWrapper;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginStatusProvider;
import org.pf4j.VersionManager;

/**
 * PF4J over realms: one of these for each catalog, so that two versions of a plugin can be open side by side, which one
 * PF4J manager cannot do, and so that nothing needs to be undone when a candidate is dropped.
 */
final class Pf4jPlugins extends AbstractPluginManager {
    private final DependencyGraph graph;
    private final Function<PluginPackage, Realm> opener;
    private final Map<Path, PluginPackage> packages = new LinkedHashMap<>();
    private final Map<String, Realm> realms = new LinkedHashMap<>();

    /**
     * @param graph the plugins and their order
     * @param opener opens a plugin, or finds it open; may throw {@link PluginRefused}
     */
    Pf4jPlugins(Path pluginsDirectory, DependencyGraph graph, Function<PluginPackage, Realm> opener) {
        super(pluginsDirectory); // makes the parts below, which therefore look at this object's fields late
        this.graph = graph;
        this.opener = opener;
        graph.order().forEach(plugin -> packages.put(plugin.source(), plugin));
    }

    /** Loads and starts all plugins in order; returns those that could not be opened. */
    Map<String, PluginRefused> loadAndStart() {
        Map<String, PluginRefused> refusals = new LinkedHashMap<>();
        for (Path path : pluginRepository.getPluginPaths()) {
            PluginPackage plugin = packages.get(path);
            try {
                for (String dependency : graph.dependencies(plugin.id())) {
                    if (!realms.containsKey(dependency)) {
                        throw plugin.refused("needs plugin " + dependency + ", which could not be loaded");
                    }
                }
                loadPluginFromPath(path);
            } catch (PluginRefused e) {
                refusals.put(plugin.id(), e);
            }
        }
        resolvePlugins();
        startPlugins();
        return refusals;
    }

    /** The open realms by id. */
    Map<String, Realm> realms() {
        return realms;
    }

    /** The realm of a plugin that was loaded before. */
    Realm realm(String id) {
        return realms.get(id);
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new PluginRepository() {
            @Override
            public List<Path> getPluginPaths() {
                return List.copyOf(packages.keySet());
            }

            @Override
            public boolean deletePluginPath(Path path) {
                try {
                    return Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot delete " + path, e);
                }
            }
        };
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new PluginDescriptorFinder() {
            @Override
            public boolean isApplicable(Path path) {
                return packages.containsKey(path);
            }

            @Override
            public PluginDescriptor find(Path path) {
                return graph.descriptor(packages.get(path));
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new PluginLoader() {
            @Override
            public boolean isApplicable(Path path) {
                return packages.containsKey(path);
            }

            @Override
            public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                Realm realm = opener.apply(packages.get(path));
                realms.put(realm.id(), realm);
                return realm.loader();
            }
        };
    }

    /** What PF4J calls the plugin's class: ours has none, its entry points have been asked when the realm was opened. */
    @Override
    protected PluginFactory createPluginFactory() {
        return loaded -> new OpenPlugin(realm(loaded.getPluginId()));
    }

    @Override
    protected ExtensionFinder createExtensionFinder() {
        return new ProviderFinder();
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        return new DefaultExtensionFactory();
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new DefaultPluginStatusProvider(getPluginsRoot());
    }

    @Override
    protected VersionManager createVersionManager() {
        return new Versions();
    }

    private static final class OpenPlugin extends Plugin {
        private final Realm realm;

        OpenPlugin(Realm realm) {
            this.realm = realm;
        }

        @Override
        public void start() {
            if (!realm.isOpen()) {
                throw new IllegalStateException("the realm of plugin " + realm + " is closed");
            }
        }
    }

    /** Providers as PF4J's extensions: of started plugins, made already. */
    private final class ProviderFinder implements ExtensionFinder {
        @Override
        public <T> List<ExtensionWrapper<T>> find(Class<T> type) {
            return getStartedPlugins().stream()
                    .flatMap(plugin -> find(type, plugin.getPluginId()).stream())
                    .toList();
        }

        @Override
        public <T> List<ExtensionWrapper<T>> find(Class<T> type, String pluginId) {
            return realm(pluginId).providers().stream()
                    .filter(type::isInstance)
                    .<ExtensionWrapper<T>>map(provider -> new Made<>(type.cast(provider)))
                    .toList();
        }

        @Override
        @SuppressWarnings("rawtypes")
        public List<ExtensionWrapper> find(String pluginId) {
            return List.copyOf(find(Provider.class, pluginId));
        }

        @Override
        public Set<String> findClassNames(String pluginId) {
            return realm(pluginId).providers().stream()
                    .map(provider -> provider.getClass().getName())
                    .collect(Collectors.toSet());
        }
    }

    private static final class Made<T> extends ExtensionWrapper<T> {
        private final T extension;

        Made(T extension) {
            super(new ExtensionDescriptor(0, extension.getClass()), null);
            this.extension = extension;
        }

        @Override
        public T getExtension() {
            return extension;
        }
    }
}

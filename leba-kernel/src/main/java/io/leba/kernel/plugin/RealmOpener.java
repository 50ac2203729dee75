package io.leba.kernel.plugin;

import io.leba.spi.LebaPlugin;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Opens a plugin as a module layer over the kernel's layer and those of the plugins that it requires. Modules that a
 * parent layer has are taken from there; the plugin's packages are opened to the kernel, which makes configuration
 * records by reflection.
 */
final class RealmOpener {
    private static final Module KERNEL = RealmOpener.class.getModule();
    private static final ModuleLayer KERNEL_LAYER = KERNEL.getLayer() == null ? ModuleLayer.boot() : KERNEL.getLayer();

    private static final String UNRESOLVED = "its modules cannot be resolved: ";
    private static final ClassLoader JDK = ScreenedLoader.jdk();
    private static final ClassLoader SHARED = ScreenedLoader.without(PluginReader.KERNEL_ONLY);

    private RealmOpener() {}

    /** Whether the kernel's layer has a module, so that plugins can require it. */
    static boolean kernelHas(String module) {
        return KERNEL_LAYER.findModule(module).isPresent();
    }

    /**
     * Defines the layer and asks the plugin what it provides.
     *
     * @param dependencies the open realms that the plugin requires
     * @throws PluginRefused if it cannot work; nothing stays open then
     */
    static OpenLayer open(PluginPackage plugin, List<Realm> dependencies) {
        requireModules(plugin, dependencies);
        TrackedModules tracked = new TrackedModules();
        Optional<URLClassLoader> libraries = unnamedLibraries(plugin);
        try {
            ModuleLayer.Controller controller = define(plugin, dependencies, tracked, libraries);
            ModuleLayer layer = controller.layer();
            for (Module module : layer.modules()) {
                module.getPackages().forEach(name -> controller.addOpens(module, name, KERNEL));
            }
            Module main = layer.findModule(plugin.moduleName()).orElseThrow();
            if (ClassPathModules.IN_USE) {
                layer.modules().forEach(module -> controller.addReads(module, KERNEL));
            }
            libraries.ifPresent(loader -> controller.addReads(main, loader.getUnnamedModule()));
            return new OpenLayer(
                    layer, main.getClassLoader(), tracked, libraries, new ProviderCollector(plugin).collect(layer));
        } catch (FindException e) {
            closeQuietly(tracked, libraries);
            throw plugin.refused(UNRESOLVED + Failures.messageOf(e) + "; put it into the jar's META-INF/lib");
        } catch (ResolutionException | LayerInstantiationException | SecurityException e) {
            closeQuietly(tracked, libraries);
            throw plugin.refused(
                    UNRESOLVED + Failures.messageOf(e) + "; a package may be in one module only, and in none of"
                            + " LEBA's ('LEBA-Libraries: unnamed' allows it among libraries)");
        } catch (Throwable e) {
            closeQuietly(tracked, libraries);
            throw e;
        }
    }

    private static ModuleLayer.Controller define(
            PluginPackage plugin,
            List<Realm> dependencies,
            TrackedModules tracked,
            Optional<URLClassLoader> libraries) {
        List<ModuleLayer> parents = new ArrayList<>();
        dependencies.forEach(dependency -> parents.add(dependency.layer()));
        parents.add(KERNEL_LAYER);
        List<Configuration> configurations =
                parents.stream().map(ModuleLayer::configuration).toList();
        Configuration configuration = Configuration.resolveAndBind(
                tracked.finder(List.of(plugin.module())),
                configurations,
                ModuleFinder.compose(
                        tracked.finder(plugin.libraries()), ClassPathModules.finder()), // looked at after the parents
                Set.of(plugin.moduleName()));
        ClassLoader parentLoader =
                libraries.<ClassLoader>map(loader -> loader).orElse(ClassPathModules.IN_USE ? SHARED : JDK);
        return ModuleLayer.defineModulesWithOneLoader(configuration, parents, parentLoader);
    }

    private static boolean has(List<Configuration> configurations, String module) {
        return configurations.stream()
                .anyMatch(configuration -> configuration.findModule(module).isPresent());
    }

    private static void requireModules(PluginPackage plugin, List<Realm> dependencies) {
        if (isPartOfLeba(plugin.moduleName())) {
            throw plugin.refused("module " + plugin.moduleName()
                    + " is part of LEBA; a plugin's module needs a name of its" + " own");
        }
        Set<String> nested = plugin.libraries().stream()
                .map(library -> library.descriptor().name())
                .collect(Collectors.toSet());
        for (Requires requires : plugin.descriptor().requires()) {
            String name = requires.name();
            boolean there = requires.modifiers().contains(Requires.Modifier.STATIC)
                    || nested.contains(name)
                    || kernelHas(name)
                    || ClassPathModules.finder().find(name).isPresent()
                    || dependencies.stream()
                            .anyMatch(
                                    dependency -> has(List.of(dependency.layer().configuration()), name));
            if (!there) {
                throw plugin.refused(missing(name));
            }
        }
    }

    /** A plugin that is on the module path itself, as in its own tests, is not LEBA's: its jar gets a realm of its own. */
    private static boolean isPartOfLeba(String module) {
        return KERNEL_LAYER
                .findModule(module)
                .filter(found -> found.getDescriptor().provides().stream()
                        .noneMatch(provides -> provides.service().equals(LebaPlugin.class.getName())))
                .isPresent();
    }

    private static String missing(String module) {
        if (ModuleFinder.ofSystem().find(module).isPresent()) {
            return "needs the JDK's module " + module
                    + ", which this process started without; start it with --add-modules " + module;
        }
        return "needs module " + module
                + ", which is neither in its META-INF/lib, nor another plugin, nor part of LEBA";
    }

    private static Optional<URLClassLoader> unnamedLibraries(PluginPackage plugin) {
        if (plugin.unnamedLibraries().isEmpty()) {
            return Optional.empty();
        }
        URL[] urls = plugin.unnamedLibraries().stream().map(RealmOpener::url).toArray(URL[]::new);
        return Optional.of(new URLClassLoader(plugin.id() + "-libraries", urls, SHARED));
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("every path of the default file system has a URL", e);
        }
    }

    private static void closeQuietly(TrackedModules modules, Optional<URLClassLoader> libraries) {
        try {
            modules.close();
            if (libraries.isPresent()) {
                libraries.get().close();
            }
        } catch (IOException e) {
            // the refusal that follows says more
        }
    }
}

package io.leba.kernel.plugin;

import java.lang.module.ModuleDescriptor.Requires;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.DependencyResolver;
import org.pf4j.DependencyResolver.WrongDependencyVersion;
import org.pf4j.PluginDependency;
import org.pf4j.PluginDescriptor;

/**
 * Which plugin requires which, through module descriptors and manifests. PF4J's resolver says what is missing or of a
 * version out of range; here the plugin that cannot have what it needs is refused, and it alone.
 */
final class DependencyGraph {
    private final Map<String, PluginPackage> plugins = new LinkedHashMap<>();
    private final Map<String, String> idOfModule = new LinkedHashMap<>();
    private final Map<String, PluginDescriptor> descriptors = new LinkedHashMap<>();
    private final Map<String, PluginRefused> refusals = new LinkedHashMap<>();
    private final Map<String, String> unavailable;

    /**
     * @param installed with distinct ids and modules
     * @param unavailable ids and module names of plugins that are installed but cannot be used, with the reason
     */
    DependencyGraph(Collection<PluginPackage> installed, Map<String, String> unavailable) {
        this.unavailable = unavailable;
        for (PluginPackage plugin : installed) {
            plugins.put(plugin.id(), plugin);
            idOfModule.put(plugin.moduleName(), plugin.id());
        }
        plugins.values().forEach(plugin -> descriptors.put(plugin.id(), describe(plugin)));
        refuseUnresolvable();
    }

    /** The plugins that have what they require, dependencies first, otherwise in the order given. */
    List<PluginPackage> order() {
        Set<PluginPackage> ordered = new LinkedHashSet<>();
        plugins.values().forEach(plugin -> append(plugin, ordered));
        return List.copyOf(ordered);
    }

    /** The plugins that cannot have what they require, by id. */
    Map<String, PluginRefused> refusals() {
        return refusals;
    }

    /** PF4J's view of a plugin. */
    PluginDescriptor descriptor(PluginPackage plugin) {
        return descriptors.get(plugin.id());
    }

    /** The ids of the plugins that one requires directly, refused ones too. */
    List<String> dependencies(String id) {
        PluginDescriptor descriptor = descriptors.get(id);
        return descriptor == null
                ? List.of()
                : descriptor.getDependencies().stream()
                        .map(PluginDependency::getPluginId)
                        .toList();
    }

    private void append(PluginPackage plugin, Set<PluginPackage> ordered) {
        if (!ordered.contains(plugin)) {
            dependencies(plugin.id()).forEach(id -> append(plugins.get(id), ordered));
            ordered.add(plugin);
        }
    }

    private PluginDescriptor describe(PluginPackage plugin) {
        Map<String, String> ranges = new LinkedHashMap<>();
        for (Requires requires : plugin.descriptor().requires()) {
            String id = dependencyId(plugin, requires);
            if (id != null) {
                ranges.put(id, "*");
            }
        }
        plugin.declared().forEach((name, range) -> {
            boolean optional = name.endsWith("?");
            String id = optional ? name.substring(0, name.length() - 1) : name;
            if (!optional || plugins.containsKey(id)) {
                ranges.put(id, range);
            }
        });
        String version = Versions.full(plugin.version());
        DefaultPluginDescriptor descriptor =
                new DefaultPluginDescriptor(plugin.id(), plugin.label(), "", version, "*", "", "");
        ranges.forEach((id, range) -> descriptor.addDependency(new PluginDependency(id + "@" + range)));
        return descriptor;
    }

    /** The plugin whose module is required, if the jar and the kernel do not have the module themselves. */
    private String dependencyId(PluginPackage plugin, Requires requires) {
        String module = requires.name();
        boolean nested = plugin.libraries().stream()
                .anyMatch(library -> library.descriptor().name().equals(module));
        if (nested || RealmOpener.kernelHas(module)) {
            return null;
        }
        String id = idOfModule.get(module);
        boolean optional = requires.modifiers().contains(Requires.Modifier.STATIC);
        return id == null && !optional && unavailable.containsKey(module) ? module : id;
    }

    private void refuseUnresolvable() {
        DependencyResolver resolver = new DependencyResolver(new Versions());
        for (DependencyResolver.Result result = resolve(resolver); !result.isOK(); result = resolve(resolver)) {
            if (result.hasCyclicDependency()) {
                refuseCircle();
            } else if (result.hasNotFoundDependencies()) {
                result.getNotFoundDependencies().forEach(missing -> refuseDependents(resolver, missing));
            } else {
                result.getWrongVersionDependencies().forEach(this::refuseDependent);
            }
        }
    }

    private void refuseDependents(DependencyResolver resolver, String missing) {
        String why = unavailable.getOrDefault(
                missing, refusals.containsKey(missing) ? "could not be loaded" : "is not installed");
        resolver.getDependents(missing).forEach(id -> refuse(id, "needs plugin " + missing + ", which " + why));
    }

    private void refuseDependent(WrongDependencyVersion wrong) {
        PluginPackage dependency = plugins.get(wrong.getDependencyId());
        if (dependency != null) { // a plugin may miss two others
            refuse(
                    wrong.getDependentId(),
                    "needs plugin " + dependency.id() + " " + wrong.getRequiredVersion() + ", installed is "
                            + dependency.version());
        }
    }

    private DependencyResolver.Result resolve(DependencyResolver resolver) {
        return resolver.resolve(plugins.keySet().stream().map(descriptors::get).toList());
    }

    private void refuseCircle() {
        List<String> circle = plugins.keySet().stream()
                .map(this::circleThrough)
                .filter(path -> !path.isEmpty())
                .findFirst()
                .orElseThrow();
        String text = circle.stream().collect(Collectors.joining(" -> ", "", " -> " + circle.get(0)));
        circle.forEach(id -> refuse(id, "plugins require each other in a circle: " + text));
    }

    private List<String> circleThrough(String id) {
        Deque<String> path = new ArrayDeque<>();
        return leads(id, id, new HashSet<>(), path) ? List.copyOf(path) : List.of();
    }

    /** Whether there is a way from {@code at} to {@code goal}, which is left in {@code path}; no plugin is tried twice. */
    private boolean leads(String at, String goal, Set<String> tried, Deque<String> path) {
        path.addLast(at);
        for (String next : dependenciesPresent(at)) {
            if (next.equals(goal) || tried.add(next) && leads(next, goal, tried, path)) {
                return true;
            }
        }
        path.removeLast();
        return false;
    }

    private List<String> dependenciesPresent(String id) {
        return dependencies(id).stream().filter(plugins::containsKey).toList();
    }

    private void refuse(String id, String problem) {
        PluginPackage plugin = plugins.remove(id);
        if (plugin != null) {
            refusals.put(id, plugin.refused(problem));
        }
    }
}

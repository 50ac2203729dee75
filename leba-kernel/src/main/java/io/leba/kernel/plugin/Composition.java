package io.leba.kernel.plugin;

import io.leba.spi.Provider;
import io.leba.spi.control.PluginInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pf4j.PluginWrapper;

/**
 * One attempt to make a catalog of a set of plugins. Realms of the current catalog are kept where neither the jar nor
 * anything that it requires has changed; the others are opened beside them.
 */
final class Composition {
    private final PluginCatalog current;
    private final Set<String> reopen;
    private final Opener opener;
    private final DependencyGraph graph;
    private final Pf4jPlugins pf4j;
    private final Map<String, PluginRefused> refusals = new LinkedHashMap<>();
    private final Map<String, Realm> ownerOfType = new LinkedHashMap<>();
    private final List<Realm> opened = new ArrayList<>();

    /**
     * What a composition starts from.
     *
     * @param plugins with distinct ids and modules
     * @param unavailable ids and module names of plugins that cannot be used, with the reason
     * @param reopen ids of plugins that are opened anew also if nothing has changed
     */
    record Request(Collection<PluginPackage> plugins, Map<String, String> unavailable, Set<String> reopen) {}

    /** Opens a plugin over the realms that it requires. */
    interface Opener {
        Realm open(PluginPackage plugin, List<Realm> dependencies);
    }

    Composition(Request request, PluginCatalog current, Path pluginsDirectory, Opener opener) {
        this.current = current;
        this.reopen = request.reopen();
        this.opener = opener;
        this.graph = new DependencyGraph(request.plugins(), request.unavailable());
        this.pf4j = new Pf4jPlugins(pluginsDirectory, graph, this::openOrKeep);
        refusals.putAll(graph.refusals());
        refusals.putAll(pf4j.loadAndStart());
    }

    /** The plugins that cannot be used, by id. */
    Map<String, PluginRefused> refusals() {
        return refusals;
    }

    /** All plugins that one requires, directly or not. */
    Set<String> requiredBy(String id) {
        Set<String> required = new HashSet<>();
        collectRequired(id, required);
        return required;
    }

    /** What came of it. */
    List<Realm> realms() {
        return List.copyOf(pf4j.realms().values());
    }

    /** What {@code leba plugins} tells of the plugins that could be used. */
    List<PluginInfo> infos() {
        return pf4j.getPlugins().stream().map(this::info).toList();
    }

    /** Closes what was opened here. */
    void discard() {
        opened.forEach(Realm::close);
    }

    private PluginInfo info(PluginWrapper wrapper) {
        Realm realm = pf4j.realm(wrapper.getPluginId());
        List<String> provides = pf4j.getExtensions(Provider.class, realm.id()).stream()
                .map(provider -> ProviderKinds.key((Provider<?, ?>) provider))
                .toList();
        return new PluginInfo(
                realm.id(),
                realm.version(),
                wrapper.getPluginState().isStarted() ? "started" : "failed",
                provides,
                realm.jar().getFileName().toString(),
                "");
    }

    private Realm openOrKeep(PluginPackage plugin) {
        List<Realm> dependencies =
                graph.dependencies(plugin.id()).stream().map(pf4j::realm).toList();
        Realm realm = current.realm(plugin.id())
                .filter(candidate -> !reopen.contains(plugin.id())
                        && candidate.sha256().equals(plugin.sha256())
                        && candidate.jar().equals(plugin.source())
                        && candidate.dependencies().equals(dependencies))
                .orElse(null);
        if (realm == null) {
            realm = opener.open(plugin, dependencies);
            opened.add(realm);
        }
        claimTypes(realm);
        return realm;
    }

    /** Within a catalog a type belongs to one plugin; the one that is loaded first keeps it. */
    private void claimTypes(Realm realm) {
        List<String> keys = realm.providers().stream()
                .flatMap(provider -> ProviderKinds.keys(provider).stream())
                .toList();
        for (String key : keys) {
            Realm owner = ownerOfType.get(key);
            if (owner != null) {
                throw realm.plugin()
                        .refused("provides " + key + ", which " + owner + " ("
                                + owner.jar().getFileName() + ") provides already; remove one of them");
            }
        }
        keys.forEach(key -> ownerOfType.put(key, realm));
    }

    private void collectRequired(String id, Set<String> required) {
        for (String dependency : graph.dependencies(id)) {
            if (required.add(dependency)) {
                collectRequired(dependency, required);
            }
        }
    }
}

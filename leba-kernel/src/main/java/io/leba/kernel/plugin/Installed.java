package io.leba.kernel.plugin;

import io.leba.spi.control.PluginInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the jars of the plugins directory are, before any of them is opened: usable packages with distinct ids, and the
 * rest with the reason. A package may stand in for the jar that was meant to replace it.
 */
final class Installed {
    private final PluginCatalog current;
    private final Map<String, PluginPackage> packages = new LinkedHashMap<>();
    private final Map<String, String> unavailable = new LinkedHashMap<>();
    private final Map<String, String> heldBack = new LinkedHashMap<>();
    private final List<PluginInfo> unused = new ArrayList<>();

    Installed(PluginCatalog current) {
        this.current = current;
    }

    /** Takes a jar in, unless another one has its id or module. */
    void add(PluginPackage plugin) {
        for (PluginPackage other : packages.values()) {
            boolean sameId = other.id().equals(plugin.id());
            if (sameId || other.moduleName().equals(plugin.moduleName())) {
                String what = sameId ? "plugin " + plugin.id() : "module " + plugin.moduleName();
                fail(plugin.refused(what + " is in " + other.source().getFileName() + " already (" + other.label()
                        + "); keep one of the two jars"));
                return;
            }
        }
        packages.put(plugin.id(), plugin);
    }

    /** Leaves a plugin out because the operator disabled it. */
    void disable(PluginPackage plugin) {
        makeUnavailable(plugin, "is disabled");
        unused.add(new PluginInfo(
                plugin.id(),
                plugin.version(),
                "disabled",
                List.of(),
                plugin.source().getFileName().toString(),
                ""));
    }

    /** Leaves a jar out, unless an earlier version of it is open: then that one serves on. */
    void fail(PluginRefused refused) {
        Realm earlier = current.realms().stream()
                .filter(realm -> realm.jar().getFileName().toString().equals(refused.jar()))
                .findFirst()
                .orElse(null);
        if (earlier != null && !packages.containsKey(earlier.id())) {
            packages.put(earlier.id(), earlier.plugin());
            heldBack.put(earlier.id(), refused.problem() + "; " + earlier + " keeps serving");
        } else {
            refuse(refused);
            if (!refused.id().isEmpty()) {
                unavailable.putIfAbsent(refused.id(), "could not be loaded (" + refused.jar() + ")");
            }
        }
    }

    /** Whether a plugin's jar is not the one that is open. */
    boolean isReplacement(String id) {
        PluginPackage plugin = packages.get(id);
        return plugin != null
                && current.realm(id)
                        .filter(realm -> !realm.sha256().equals(plugin.sha256()))
                        .isPresent();
    }

    /** Puts the open version back in the place of the one that was meant to replace it. */
    void holdBack(String id, String problem) {
        Realm earlier = current.realm(id).orElseThrow();
        packages.put(id, earlier.plugin());
        heldBack.put(id, problem + "; " + earlier + " keeps serving");
    }

    /** Leaves a plugin as it is now, open or not, whatever its jar has become. */
    void keepAsIs(String id, String problem) {
        if (current.realm(id).isPresent()) {
            holdBack(id, problem);
            unused.removeIf(info -> info.id().equals(id));
            unavailable.remove(id);
            unavailable.remove(packages.get(id).moduleName());
            return;
        }
        PluginPackage plugin = packages.remove(id);
        if (plugin != null) {
            refuse(plugin.refused(problem));
            makeUnavailable(plugin, "could not be loaded (" + plugin.source().getFileName() + ")");
        }
    }

    /** Unchanged plugins first, so that one that is new never takes a type from one that serves; otherwise by file. */
    List<PluginPackage> inOrder() {
        return packages.values().stream()
                .sorted(Comparator.<PluginPackage, Boolean>comparing(plugin -> isNew(plugin))
                        .thenComparing(plugin -> plugin.source().getFileName()))
                .toList();
    }

    Map<String, String> unavailable() {
        return unavailable;
    }

    /** Notes a usable package's failure to open, for the listing. */
    void refuse(PluginRefused refused) {
        unused.add(
                new PluginInfo(refused.id(), refused.version(), "failed", List.of(), refused.jar(), refused.problem()));
    }

    /** All plugins: those that are open, with why a replacement was held back, and the others. */
    List<PluginInfo> infos(Collection<PluginInfo> opened) {
        List<PluginInfo> all = new ArrayList<>(unused);
        for (PluginInfo info : opened) {
            all.add(new PluginInfo(
                    info.id(),
                    info.version(),
                    info.state(),
                    info.provides(),
                    info.jar(),
                    heldBack.getOrDefault(info.id(), "")));
        }
        return all;
    }

    private void makeUnavailable(PluginPackage plugin, String why) {
        unavailable.put(plugin.id(), why);
        unavailable.put(plugin.moduleName(), why);
    }

    private boolean isNew(PluginPackage plugin) {
        return current.realm(plugin.id())
                .filter(realm -> realm.sha256().equals(plugin.sha256()))
                .isEmpty();
    }
}

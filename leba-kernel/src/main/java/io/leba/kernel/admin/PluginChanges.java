package io.leba.kernel.admin;

import io.leba.kernel.config.ConfigException;
import io.leba.kernel.generation.Generations;
import io.leba.kernel.plugin.PluginCatalog;
import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.plugin.PluginRefused;
import io.leba.kernel.plugin.Realm;
import io.leba.spi.OnBackground;
import io.leba.spi.control.Change;
import io.leba.spi.control.PluginInfo;
import io.leba.spi.control.Refused;
import io.leba.spi.control.Refused.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of the plugins: what lies in the folder is opened beside what serves, tried with the configuration in force, and
 * takes its place; or it is refused, plugin by plugin, and what serves stays.
 */
@OnBackground
final class PluginChanges {
    private static final Logger LOGGER = LoggerFactory.getLogger(PluginChanges.class);

    private final Path folder;
    private final Serving serving;
    private final PluginHost host;
    private final Generations generations;
    private volatile PluginCatalog catalog;
    private Map<String, String> heldBack = Map.of();

    PluginChanges(Path folder, Serving serving, PluginHost host, Generations generations) {
        this.folder = folder;
        this.serving = serving;
        this.host = host;
        this.generations = generations;
        this.catalog = host.catalog();
    }

    /** Every installed jar. Any thread. */
    List<PluginInfo> infos() {
        return catalog.infos();
    }

    /** Takes over what the folder holds now. What cannot be used is left as it is and told in the listing. */
    Change rescan() {
        return serving.inTurn(() -> {
            serving.requireFree();
            return takeOver();
        });
    }

    /** Tries again what the configuration did not allow, after it has changed. */
    void configurationChanged() {
        serving.inTurn(() -> {
            if (!heldBack.isEmpty() && serving.reservedFor().isEmpty()) {
                takeOver();
            }
            return null;
        });
    }

    /** Opens a plugin anew from its jar, also if nothing of it has changed. */
    Change reload(String id) {
        return serving.inTurn(() -> {
            serving.requireFree();
            Realm realm = host.catalog().realm(id).orElseThrow(() -> unknown(id));
            PluginCatalog candidate = propose(realm.jar());
            return publish(candidate);
        });
    }

    /** Copies a jar into the folder, in the place of the plugin of the same id if there is one, and uses it. */
    Change install(Path jar) {
        return serving.inTurn(() -> {
            serving.requireFree();
            if (!Files.isRegularFile(jar)) {
                throw new Refused(Reason.NOT_FOUND, jar + ": there is no such file");
            }
            PluginCatalog tried = propose(jar);
            String id;
            try {
                id = tried.realms().stream()
                        .filter(realm -> realm.jar().equals(jar.toAbsolutePath().normalize()))
                        .map(Realm::id)
                        .findFirst()
                        .orElseThrow();
                Optional<ConfigException> problems = serving.problems(serving.document(), tried);
                if (serving.serves() && problems.isPresent()) {
                    throw Serving.refused(problems.get());
                }
            } finally {
                host.discard(tried);
            }
            JarExchange exchange =
                    JarExchange.begin(jar, folder, host.catalog().realm(id).map(Realm::jar));
            boolean done = false;
            try {
                Change change = takeOver();
                requireTakenOver(id);
                done = true;
                return change;
            } finally {
                if (done) {
                    exchange.commit();
                } else {
                    exchange.undo();
                }
            }
        });
    }

    /** Leaves a plugin out, now and after a restart. */
    Change disable(String id) {
        return serving.inTurn(() -> {
            serving.requireFree();
            requireInstalled(id);
            host.disable(id);
            Change change = takeOver();
            if (heldBack.containsKey(id)) {
                String why = heldBack.get(id);
                host.enable(id);
                takeOver();
                throw new Refused(Reason.INVALID, "plugin " + id + " is in use: " + why);
            }
            return change;
        });
    }

    /** Uses a plugin again that was disabled. */
    Change enable(String id) {
        return serving.inTurn(() -> {
            serving.requireFree();
            requireInstalled(id);
            host.enable(id);
            Change change = takeOver();
            requireTakenOver(id);
            return change;
        });
    }

    private PluginCatalog propose(Path jar) throws IOException {
        try {
            return host.propose(jar);
        } catch (PluginRefused e) {
            throw new Refused(Reason.INVALID, e.getMessage());
        }
    }

    /** Puts the folder's plugins in the place of those that serve, but for those with which there would be problems. */
    private Change takeOver() throws IOException {
        PluginCatalog candidate = host.scan();
        heldBack = Map.of();
        Set<String> changed = host.changed(candidate);
        Optional<ConfigException> problems = tryOut(candidate);
        if (problems.isPresent()) {
            host.discard(candidate);
            heldBack = changed.size() == 1
                    ? Map.of(changed.iterator().next(), text(problems.get()))
                    : culprits(changed, text(problems.get()));
            candidate = host.scan(heldBack);
            problems = tryOut(candidate);
            if (problems.isPresent()) {
                host.discard(candidate);
                Map<String, String> all = new LinkedHashMap<>();
                String why = text(problems.get());
                changed.forEach(id -> all.put(id, why));
                heldBack = all;
                candidate = host.scan(heldBack);
            }
        }
        return publish(candidate);
    }

    /** The problems of a first generation are told by whoever starts it. */
    private Optional<ConfigException> tryOut(PluginCatalog candidate) {
        return host.changed(candidate).isEmpty() ? Optional.empty() : serving.problems(serving.document(), candidate);
    }

    /** Which of the changed plugins bring problems when each comes alone. */
    private Map<String, String> culprits(Set<String> changed, String whole) throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        for (String id : changed) {
            Map<String, String> others = new LinkedHashMap<>();
            changed.stream().filter(other -> !other.equals(id)).forEach(other -> others.put(other, whole));
            PluginCatalog alone = host.scan(others);
            try {
                tryOut(alone).ifPresent(problems -> found.put(id, text(problems)));
            } finally {
                host.discard(alone);
            }
        }
        return found;
    }

    private Change publish(PluginCatalog candidate) {
        PluginCatalog before = host.catalog();
        boolean done = false;
        try {
            if (host.changed(candidate).isEmpty()) {
                host.adopt(candidate);
            } else {
                serving.publish(serving.document(), candidate);
            }
            catalog = candidate;
            done = true;
            Change change = new Change(generations.number(), lines(before, candidate));
            change.lines().forEach(line -> LOGGER.info("{}; generation {} serves", line, change.generation()));
            return change;
        } catch (ConfigException e) {
            throw Serving.refused(e);
        } finally {
            if (!done) {
                host.discard(candidate);
            }
        }
    }

    private static List<String> lines(PluginCatalog before, PluginCatalog after) {
        List<String> lines = new ArrayList<>();
        for (Realm realm : after.realms()) {
            Optional<Realm> old = before.realm(realm.id());
            if (old.isEmpty()) {
                lines.add("plugin " + realm + " added");
            } else if (old.get() != realm) {
                lines.add(
                        old.get().version().equals(realm.version())
                                ? "plugin " + realm + " opened anew"
                                : "plugin " + realm + " replaces " + old.get().version());
            }
        }
        before.realms().stream()
                .filter(realm -> after.realm(realm.id()).isEmpty())
                .forEach(realm -> lines.add("plugin " + realm + " removed"));
        return lines;
    }

    private void requireTakenOver(String id) {
        infos().stream()
                .filter(info -> info.id().equals(id) && !info.problem().isEmpty())
                .findFirst()
                .ifPresent(info -> {
                    throw new Refused(Reason.INVALID, info.jar() + ": " + info.problem());
                });
    }

    private void requireInstalled(String id) {
        if (infos().stream().noneMatch(info -> info.id().equals(id))) {
            throw unknown(id);
        }
    }

    private Refused unknown(String id) {
        return new Refused(
                Reason.NOT_FOUND,
                "there is no plugin '" + id + "'; installed: "
                        + String.join(
                                ", ",
                                infos().stream().map(PluginInfo::id).distinct().toList()));
    }

    private static String text(ConfigException problems) {
        return "the configuration in force would not work with it: "
                + String.join(
                        "; ", problems.problems().stream().map(Object::toString).toList());
    }
}

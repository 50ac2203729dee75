package io.leba.kernel.backend;

import io.leba.kernel.backend.Remembered.LastHealth;
import io.leba.kernel.thread.ControlQueue;
import io.leba.spi.OnControl;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.NodeState.BackendState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operators' hold on backends. What is said of a backend holds for the group in which it is listed and for every group that
 * was made of it for a target that names a single backend. Control thread.
 */
@OnControl
public final class BackendControl {
    private static final Logger LOG = LoggerFactory.getLogger(BackendControl.class);

    private final ControlQueue control;
    private final Remembered remembered;
    private final Supplier<List<GroupRuntime>> groups;

    BackendControl(ControlQueue control, Remembered remembered, Supplier<List<GroupRuntime>> groups) {
        this.control = control;
        this.remembered = remembered;
        this.groups = groups;
    }

    /** The names by which backends can be found: groups, and targets made of a single backend. */
    public List<String> groupNames() {
        control.requireCurrent();
        return groups.get().stream().map(GroupRuntime::name).sorted().toList();
    }

    /** The members of a group of that name, and of those made of it, and those of which something is remembered. */
    public List<String> backendNames(String group) {
        TreeSet<String> names = new TreeSet<>();
        String home = home(group).orElse(group);
        groups.get().stream()
                .filter(one -> one.home().equals(home))
                .forEach(one -> one.listed().forEach(entry -> names.add(entry.name())));
        remembered.overrides().keySet().stream()
                .filter(key -> key.group().equals(home))
                .forEach(key -> names.add(key.backend()));
        return List.copyOf(names);
    }

    /** The group in which the backends of a group are listed; empty if there is no such group. */
    private Optional<String> home(String group) {
        control.requireCurrent();
        return groups.get().stream()
                .filter(one -> one.name().equals(group))
                .map(GroupRuntime::home)
                .findFirst();
    }

    /** The backend meant; empty if there is none, and nothing is remembered of one. */
    public Optional<BackendKey> find(String group, String backend) {
        return Optional.of(new BackendKey(home(group).orElse(group), backend))
                .filter(key -> !uses(key).isEmpty() || isRemembered(key));
    }

    private boolean isRemembered(BackendKey key) {
        return !remembered.override(key).equals(BackendOverride.NONE);
    }

    private List<BackendEntry> uses(BackendKey key) {
        List<BackendEntry> uses = new ArrayList<>();
        for (GroupRuntime group : groups.get()) {
            if (group.home().equals(key.group())) {
                BackendEntry entry = group.member(key.backend());
                if (entry != null) {
                    // The group itself comes first, whenever those made of it came.
                    uses.add(group.name().equals(key.group()) ? 0 : uses.size(), entry);
                }
            }
        }
        return uses;
    }

    /** Makes the change, from the next pick on. */
    public void change(BackendKey key, BackendChange change) {
        BackendOverride before = remembered.override(key);
        BackendOverride after = before.with(change);
        if (after.equals(before)) {
            return;
        }
        remembered.override(key, after);
        List<BackendEntry> uses = uses(key);
        uses.forEach(entry -> entry.owner().overridden(entry));
        LOG.info("backend {}: {} (was {}), by an operator", uses.isEmpty() ? key : uses.get(0), after, before);
    }

    /** The backend with the counts of all its uses added up; empty if it is in no group. */
    public Optional<BackendState> state(BackendKey key) {
        return uses(key).stream()
                .map(entry -> entry.owner().state(entry))
                .reduce((state, other) -> new BackendState(
                        state.name(),
                        state.address(),
                        state.weight(),
                        state.weightOverride(),
                        state.effectiveWeight(),
                        state.admin(),
                        state.health(),
                        state.reason(),
                        state.inFlight() + other.inFlight(),
                        state.exchanges() + other.exchanges(),
                        state.failures() + other.failures(),
                        state.idleConnections() + other.idleConnections()));
    }

    /** The backend; of one that is in no group at present, what operators said of it. */
    public BackendState stateOrSaid(BackendKey key) {
        return state(key).orElseGet(() -> {
            BackendOverride said = remembered.override(key);
            Optional<Integer> weight =
                    said.weight().isPresent() ? Optional.of(said.weight().getAsInt()) : Optional.empty();
            return new BackendState(
                    key.backend(),
                    "",
                    0,
                    weight,
                    0,
                    said.admin().word(),
                    "unchecked",
                    "not listed at present",
                    0,
                    0,
                    0,
                    0);
        });
    }

    /** What operators said of backends, present or not. */
    public Map<BackendKey, BackendOverride> overrides() {
        control.requireCurrent();
        return remembered.overrides();
    }

    /** How the backends that are probed were when they were last looked at. */
    public Map<BackendKey, LastHealth> health() {
        control.requireCurrent();
        Map<BackendKey, LastHealth> known = new HashMap<>();
        for (GroupRuntime group : groups.get()) {
            boolean isHome = group.name().equals(group.home());
            for (BackendEntry entry : group.listed()) {
                Availability availability = entry.availability();
                LastHealth last = switch (availability.health()) {
                    case UP -> new LastHealth(true, "");
                    case DOWN, PRESUMED_DOWN -> new LastHealth(false, availability.reason());
                    case UNCHECKED, STARTING -> null;
                };
                if (last != null && (isHome || !known.containsKey(entry.key()))) {
                    known.put(entry.key(), last);
                }
            }
        }
        return known;
    }

    /** Takes over what operators said in an earlier run of the node. Before the first generation. */
    public void restoreOverrides(Map<BackendKey, BackendOverride> overrides) {
        control.requireCurrent();
        remembered.restoreOverrides(overrides);
    }

    /** Presumes of the backends what an earlier run of the node knew, until they are probed. Before the first generation. */
    public void restoreHealth(Map<BackendKey, LastHealth> health) {
        control.requireCurrent();
        remembered.restoreHealth(health);
    }

    /** Runs the action, on the control thread, after each change of what {@link #overrides} and {@link #health} tell. */
    public void onChange(Runnable action) {
        remembered.onChange(action);
    }
}

package io.leba.kernel.generation;

import io.leba.kernel.config.Difference;
import io.leba.kernel.config.Difference.Placed;
import io.leba.kernel.generation.Generation.Grouped;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.spi.OnControl;
import io.leba.spi.control.Plan.Action;
import io.leba.spi.control.Plan.Kind;
import io.leba.spi.control.Plan.Step;
import io.leba.spi.discovery.BackendSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The groups' part of a {@link Comparison}, with their backends. */
@OnControl
final class GroupComparison {
    /** Both say what the group says. */
    private static final Set<String> SAID_BY_THE_GROUP = Set.of("name", "protocol", "group_name");

    private final Generation before;
    private final Generation after;
    private final Difference difference;
    private final Filters filters;
    private final List<Step> steps;

    /** Compares the filters that stand at a place. */
    @FunctionalInterface
    interface Filters {
        void compare(String place, List<FilterSection> one, List<FilterSection> other);
    }

    GroupComparison(Generation before, Generation after, Difference difference, Filters filters, List<Step> steps) {
        this.before = before;
        this.after = after;
        this.difference = difference;
        this.filters = filters;
        this.steps = steps;
    }

    void compare() {
        Map<String, List<BackendSpec>> old = members(before);
        Map<String, List<BackendSpec>> now = members(after);
        after.groups().values().stream()
                .filter(one -> one.only().isEmpty())
                .sorted(java.util.Comparator.comparing(Grouped::of))
                .forEach(one -> {
                    String name = one.of();
                    Grouped other = before.groups().get(name);
                    if (other == null || !other.only().isEmpty()) {
                        added(one, now.getOrDefault(name, List.of()));
                    } else {
                        compare(other, one);
                        backends(name, old.getOrDefault(name, List.of()), now.getOrDefault(name, List.of()));
                    }
                });
        before.groups().values().stream()
                .filter(one -> one.only().isEmpty() && !isGroup(after.groups().get(one.of())))
                .sorted(java.util.Comparator.comparing(Grouped::of))
                .forEach(one -> {
                    steps.add(new Step(Kind.GROUP, Action.REMOVE, one.of(), described(one)));
                    backends(one.of(), old.getOrDefault(one.of(), List.of()), List.of());
                });
    }

    private static boolean isGroup(Grouped one) {
        return one != null && one.only().isEmpty();
    }

    /** Each group's backends, as its sources tell them at this moment. */
    static Map<String, List<BackendSpec>> members(Generation generation) {
        Grouping grouping =
                new Grouping(generation.catalog(), generation.sections().node().allowedPorts(), (place, message) -> {});
        generation.sections().groups().forEach(grouping::declare);
        generation.sources().forEach(grouping::fill);
        Map<String, List<BackendSpec>> members = new LinkedHashMap<>();
        grouping.groups().forEach((name, group) -> members.put(name, group.specs()));
        return members;
    }

    private static String described(Grouped one) {
        return one.config().protocol().orElse("") + ", "
                + one.config().algorithm().orElseThrow().type();
    }

    private void added(Grouped one, List<BackendSpec> backends) {
        steps.add(new Step(Kind.GROUP, Action.ADD, one.of(), described(one)));
        filters.compare("backend_groups[" + one.of() + "]", List.of(), one.filters());
        backends(one.of(), List.of(), backends);
    }

    private void compare(Grouped one, Grouped other) {
        if (one.config().equals(other.config()) && one.filters().equals(other.filters())) {
            return;
        }
        List<String> lines = new ArrayList<>(difference.between(
                new Placed(one.config(), one.config().position().path()),
                new Placed(other.config(), other.config().position().path()),
                Set.of("name")));
        lines.addAll(difference.between(
                new Placed(one.settings(), one.config().position().path()),
                new Placed(other.settings(), other.config().position().path()),
                Set.of()));
        if (!lines.isEmpty()) {
            steps.add(new Step(Kind.GROUP, Action.CHANGE, other.of(), String.join(", ", lines)));
        }
        filters.compare("backend_groups[" + one.of() + "]", one.filters(), other.filters());
    }

    private void backends(String group, List<BackendSpec> one, List<BackendSpec> other) {
        if (one.equals(other)) {
            return;
        }
        Map<String, BackendSpec> old = byName(one);
        Map<String, BackendSpec> now = byName(other);
        Set<String> moved = Order.moved(List.copyOf(old.keySet()), List.copyOf(now.keySet()));
        now.forEach((name, spec) -> {
            BackendSpec then = old.remove(name);
            String shown = group + "/" + name;
            if (then == null) {
                steps.add(new Step(Kind.BACKEND, Action.ADD, shown, described(spec)));
                return;
            }
            if (moved.contains(name)) {
                steps.add(new Step(
                        Kind.BACKEND,
                        Action.MOVE,
                        shown,
                        "comes at another place in the order of the group's backends"));
            }
            List<String> lines = new ArrayList<>(difference.between(
                    new Placed(then, then.position().path()),
                    new Placed(spec, spec.position().path()),
                    SAID_BY_THE_GROUP));
            if (!then.address().equals(spec.address()) || then.port() != spec.port()) {
                lines.add("its connections, counters and health begin anew");
            }
            if (!lines.isEmpty()) {
                steps.add(new Step(Kind.BACKEND, Action.CHANGE, shown, String.join(", ", lines)));
            }
        });
        old.forEach(
                (name, spec) -> steps.add(new Step(Kind.BACKEND, Action.REMOVE, group + "/" + name, described(spec))));
    }

    private static Map<String, BackendSpec> byName(List<BackendSpec> specs) {
        Map<String, BackendSpec> byName = new LinkedHashMap<>();
        specs.forEach(spec -> byName.put(spec.nameOrAddress(), spec));
        return byName;
    }

    private static String described(BackendSpec spec) {
        return spec.address() + ":" + spec.port() + ", weight " + spec.weight()
                + (spec.priority() == 0 ? "" : ", priority " + spec.priority());
    }
}

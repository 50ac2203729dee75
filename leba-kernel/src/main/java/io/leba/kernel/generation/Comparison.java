package io.leba.kernel.generation;

import io.leba.kernel.config.Difference;
import io.leba.kernel.config.Difference.Placed;
import io.leba.kernel.generation.Generation.Listening;
import io.leba.kernel.generation.Sections.Extension;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.generation.Sections.Spoken;
import io.leba.kernel.plugin.Realm;
import io.leba.spi.OnControl;
import io.leba.spi.control.Plan.Action;
import io.leba.spi.control.Plan.Kind;
import io.leba.spi.control.Plan.Step;
import io.leba.spi.discovery.BackendSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs between two generations in what they do, not in how it is written. Everything that decides what a generation
 * does is looked at, so two between which no step lies can stand for each other.
 */
@OnControl
final class Comparison {
    private static final Set<String> TOLD_APART = Set.of("name", "address", "port", "default_backend");

    private final Generation before;
    private final Generation after;
    private final Difference difference;
    private final List<Step> steps = new ArrayList<>();
    private final boolean isOneEnough;

    private Comparison(Generation before, Generation after, boolean isOneEnough) {
        this.before = before;
        this.after = after;
        this.isOneEnough = isOneEnough;
        // Backends that a source has delivered are compared in their groups; what it has not is compared as written.
        boolean isDelivered =
                after.sources().stream().allMatch(source -> source.feed().isDelivered());
        this.difference = new Difference(
                before.sections().variables(),
                after.sections().variables(),
                isDelivered ? Set.of(BackendSpec.class) : Set.of());
    }

    /** The steps from one to the other; empty if they do the same. */
    static List<Step> steps(Generation before, Generation after) {
        return new Comparison(before, after, false).compare();
    }

    /** Whether no step lies between them; looks no further than the first. */
    static boolean doTheSame(Generation before, Generation after) {
        return new Comparison(before, after, true).compare().isEmpty();
    }

    private boolean isKnownEnough() {
        return isOneEnough && !steps.isEmpty();
    }

    private List<Step> compare() {
        NodeConfig node = before.sections().node();
        List<String> lines = difference.between(
                new Placed(node, ""), new Placed(after.sections().node(), ""), Set.of("frontend_address"));
        lines.forEach(line -> step(
                Kind.NODE,
                Action.CHANGE,
                "node",
                line.startsWith("event_loops") || line.startsWith("transport") || line.startsWith("buffer_budget")
                        ? line + " (at the next start)"
                        : line));
        List<Runnable> parts = List.of(
                this::extensions,
                this::frontends,
                () -> new GroupComparison(before, after, difference, this::filters, steps).compare(),
                this::routes);
        for (Runnable part : parts) {
            if (!isKnownEnough()) {
                part.run();
            }
        }
        return List.copyOf(steps);
    }

    private void step(Kind kind, Action action, String name, String detail) {
        steps.add(new Step(kind, action, name, detail));
    }

    private void extensions() {
        Map<String, Extension> old = new LinkedHashMap<>();
        before.sections().extensions().forEach(one -> old.put(one.path(), one));
        for (Extension one : after.sections().extensions()) {
            Extension other = old.remove(one.path());
            if (other == null) {
                if (!isPassedOver(one)) {
                    step(Kind.EXTENSION, Action.ADD, one.path(), difference.shown(placed(one)));
                }
            } else {
                changed(Kind.EXTENSION, one.path(), differing(other, one));
            }
        }
        for (Extension one : old.values()) {
            if (!isPassedOver(one)) {
                step(Kind.EXTENSION, Action.REMOVE, one.path(), difference.shownBefore(placed(one)));
            }
        }
    }

    /** Whether all that it says is compared elsewhere. */
    private boolean isPassedOver(Extension extension) {
        return difference.isPassedOver(extension.config().getClass());
    }

    private static Placed placed(Extension extension) {
        return new Placed(extension.config(), extension.position().path());
    }

    private List<String> differing(Extension one, Extension other) {
        if (one.owner().realm() == other.owner().realm() && one.config().equals(other.config())) {
            return List.of();
        }
        List<String> lines = versions(one.owner().realm(), other.owner().realm());
        lines.addAll(difference.between(placed(one), placed(other), Set.of()));
        return lines;
    }

    private static List<String> versions(Realm one, Realm other) {
        List<String> lines = new ArrayList<>();
        if (one != other) {
            lines.add("plugin " + one.id() + ": " + one.version() + " → " + other.version());
        }
        return lines;
    }

    private void changed(Kind kind, String name, List<String> lines) {
        if (!lines.isEmpty()) {
            step(kind, Action.CHANGE, name, String.join(", ", lines));
        }
    }

    private void frontends() {
        Map<String, Listening> old = new LinkedHashMap<>(before.frontends());
        after.frontends().forEach((name, one) -> {
            Listening other = old.remove(name);
            if (other == null) {
                step(Kind.FRONTEND, Action.ADD, name, "binds " + described(one));
                filters(
                        "frontend_services[" + name + "]",
                        List.of(),
                        one.section().filters());
            } else {
                changed(Kind.FRONTEND, name, differing(other, one));
                filters(
                        "frontend_services[" + name + "]",
                        other.section().filters(),
                        one.section().filters());
            }
        });
        old.forEach((name, one) -> step(Kind.FRONTEND, Action.REMOVE, name, "closes " + described(one)));
    }

    private static String described(Listening one) {
        return one.requested().shown() + ", " + one.section().config().protocol()
                + (one.fallback().isEmpty() ? "" : ", default_backend: " + one.fallback());
    }

    private List<String> differing(Listening one, Listening other) {
        List<String> lines = new ArrayList<>();
        said("address", one.requested().shown(), other.requested().shown(), lines);
        said("default_backend", one.fallback(), other.fallback(), lines);
        lines.addAll(difference.between(
                new Placed(
                        one.section().config(),
                        one.section().config().position().path()),
                new Placed(
                        other.section().config(),
                        other.section().config().position().path()),
                TOLD_APART));
        Map<String, Spoken> spoken = new LinkedHashMap<>();
        one.section().spoken().forEach(each -> spoken.put(each.word().word(), each));
        for (Spoken now : other.section().spoken()) {
            Spoken then = spoken.remove(now.word().word());
            if (then == null) {
                said("protocol", "", now.word().word(), lines, other.section().detects());
            } else {
                lines.addAll(
                        versions(then.word().owner().realm(), now.word().owner().realm()));
                lines.addAll(difference.between(
                        new Placed(then.config(), then.position().path()),
                        new Placed(now.config(), now.position().path()),
                        Set.of()));
            }
        }
        spoken.values()
                .forEach(gone -> said(
                        "protocol", gone.word().word(), "", lines, one.section().detects()));
        if (!one.certificate().equals(other.certificate())
                && !one.certificate().isEmpty()
                && !other.certificate().isEmpty()) {
            lines.add("another certificate");
        }
        return lines;
    }

    /** What a frontend that detects speaks; on the others the protocol is a key of its own. */
    private static void said(String key, String before, String after, List<String> lines, boolean isToBeSaid) {
        if (isToBeSaid) {
            said(key, before, after, lines);
        }
    }

    static void said(String key, String before, String after, List<String> lines) {
        if (!before.equals(after)) {
            lines.add(key + ": " + (before.isEmpty() ? "none" : before) + " → " + (after.isEmpty() ? "none" : after));
        }
    }

    private void routes() {
        Map<String, Generation.Routed> old = new LinkedHashMap<>(before.routes());
        Set<String> moved = Order.moved(
                List.copyOf(before.routes().keySet()),
                List.copyOf(after.routes().keySet()));
        after.routes().forEach((name, one) -> {
            Generation.Routed other = old.remove(name);
            String place = "routing_rules[" + name + "]";
            if (other == null) {
                step(
                        Kind.ROUTE,
                        Action.ADD,
                        name,
                        "to " + one.config().targetBackend() + " " + difference.shown(matched(one)));
                filters(place, List.of(), one.filters());
                return;
            }
            if (moved.contains(name)) {
                step(Kind.ROUTE, Action.MOVE, name, "comes at another place in the order of rules");
            }
            if (one.equals(other)) {
                return;
            }
            List<String> lines = difference.between(kernelPart(other), kernelPart(one), Set.of("name"));
            lines.addAll(difference.between(matched(other), matched(one), Set.of()));
            changed(Kind.ROUTE, name, lines);
            filters(place, other.filters(), one.filters());
        });
        old.forEach((name, one) -> step(
                Kind.ROUTE,
                Action.REMOVE,
                name,
                "to " + one.config().targetBackend() + " " + difference.shownBefore(matched(one))));
    }

    private static Placed matched(Generation.Routed route) {
        return new Placed(route.match(), route.config().position().path());
    }

    private static Placed kernelPart(Generation.Routed route) {
        return new Placed(route.config(), route.config().position().path());
    }

    /** The filters of one frontend, group or route. */
    private void filters(String place, List<FilterSection> one, List<FilterSection> other) {
        Map<String, FilterSection> old = new LinkedHashMap<>();
        one.forEach(filter -> old.put(filter.provider().type(), filter));
        Map<String, FilterSection> now = new LinkedHashMap<>();
        other.forEach(filter -> now.put(filter.provider().type(), filter));
        Set<String> moved = Order.moved(List.copyOf(old.keySet()), List.copyOf(now.keySet()));
        Set<String> types = new LinkedHashSet<>(now.keySet());
        types.addAll(old.keySet());
        for (String type : types) {
            String name = place + "." + type;
            FilterSection then = old.get(type);
            FilterSection next = now.get(type);
            if (then == null) {
                step(Kind.FILTER, Action.ADD, name, difference.shown(placed(next.extension())));
            } else if (next == null) {
                step(Kind.FILTER, Action.REMOVE, name, difference.shownBefore(placed(then.extension())));
            } else {
                if (moved.contains(type)) {
                    step(Kind.FILTER, Action.MOVE, name, "runs at another place among the filters of its phase");
                }
                changed(Kind.FILTER, name, differing(then.extension(), next.extension()));
            }
        }
    }
}

package io.leba.spi.control;

import java.util.List;

/**
 * What a change of the configuration would do, found out without doing it. A file that says the same in another order of
 * keys, with other comments, or split over included files changes nothing.
 *
 * @param generation the generation that serves, and that the plan was made against
 * @param steps what would change, in the order node, extensions, frontends, groups with their backends, routes
 * @param drains the frontends with client connections that would be told to end
 * @param moves the groups that pick by a key and would pick another backend for some keys
 */
public record Plan(long generation, List<Step> steps, List<Drain> drains, List<Move> moves) {
    /** Keeps the lists as they are at this moment. */
    public Plan {
        steps = List.copyOf(steps);
        drains = List.copyOf(drains);
        moves = List.copyOf(moves);
    }

    /** Whether nothing would change. */
    public boolean changesNothing() {
        return steps.isEmpty();
    }

    /** How many client connections would be told to end. */
    public long draining() {
        return drains.stream().mapToLong(Drain::connections).sum();
    }

    /**
     * One thing that would change.
     *
     * @param kind what it is
     * @param action what happens to it
     * @param name its name; of a backend {@code group/backend}, of a filter or an extension its place in the document
     * @param detail one line: {@code port: 80 → 8080, default_backend: none → app}. Secrets show as {@code <secret>}, what a
     *     variable filled in as the variable
     */
    public record Step(Kind kind, Action action, String name, String detail) {}

    /** What a step is about. */
    public enum Kind {
        /** Keys of the node as a whole. */
        NODE,
        /** A plugin's part of the document's root: discovery, telemetry, service, cluster. */
        EXTENSION,
        /** A listening address. */
        FRONTEND,
        /** A group of backends: algorithm, health check, pool. */
        GROUP,
        /** A backend in a group. */
        BACKEND,
        /** A routing rule. */
        ROUTE,
        /** A filter on a frontend, group or route. */
        FILTER
    }

    /** What happens. */
    public enum Action {
        /** It is new. */
        ADD,
        /** It goes. Something that gets another name goes, and comes under the new one. */
        REMOVE,
        /** It stays, with something different. */
        CHANGE,
        /** It stays as it is at another place of an order that matters. */
        MOVE
    }

    /**
     * Client connections that would end after the exchange under way, or at the latest after {@code drain_timeout}.
     *
     * @param frontend the frontend
     * @param connections how many are open now
     */
    public record Drain(String frontend, long connections) {}

    /**
     * Keys that would be served by another backend.
     *
     * @param group the group
     * @param share of a sample of keys, from 0 to 1, if every backend is available
     */
    public record Move(String group, double share) {}
}

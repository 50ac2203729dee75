package io.leba.kernel.backend;

import java.util.List;

/**
 * All that decides how much new traffic a backend gets. Whatever is to have a say in it has it here. The control thread
 * writes, any thread reads.
 */
final class Availability {
    private volatile Health health = Health.UNCHECKED;
    private volatile String reason = "";
    private volatile boolean isResolved;
    private volatile BackendOverride override = BackendOverride.NONE;

    /** What is known of a backend's health. */
    enum Health {
        /** It is not probed. */
        UNCHECKED,
        /** It is probed, but there is no result yet. */
        STARTING,
        /** It can serve. */
        UP,
        /** It cannot. */
        DOWN,
        /** It could not when it was last looked at; the next result decides. */
        PRESUMED_DOWN;

        /** Whether it gets no traffic. */
        boolean isDown() {
            return this == DOWN || this == PRESUMED_DOWN;
        }

        /** The word shown to operators. */
        String word() {
            return switch (this) {
                case UNCHECKED -> "unchecked";
                case STARTING, UP -> "up";
                case DOWN, PRESUMED_DOWN -> "down";
            };
        }
    }

    Health health() {
        return health;
    }

    /** Why it gets no traffic; empty if it does. */
    String reason() {
        return reason;
    }

    void health(Health health, String reason) {
        this.health = health;
        this.reason = reason;
    }

    void resolved() {
        isResolved = true;
        if (!health.isDown()) {
            reason = "";
        }
    }

    void unresolved(String why) {
        isResolved = false;
        reason = why;
    }

    boolean isResolved() {
        return isResolved;
    }

    /** What an operator said. */
    BackendOverride override() {
        return override;
    }

    void override(BackendOverride wanted) {
        override = wanted;
    }

    boolean isDisabled() {
        return override.admin() == Admin.DISABLED;
    }

    /** The weight for new traffic, priority apart. */
    int weight(int configured) {
        BackendOverride wanted = override;
        if (!isResolved || wanted.admin() != Admin.READY || health.isDown()) {
            return 0;
        }
        return wanted.weight().orElse(configured);
    }

    /** The effective weights of a group's members: those of the first priority that has any, and 0 for the others. */
    static int[] weights(List<BackendEntry> entries) {
        int[] weights = new int[entries.size()];
        int first = Integer.MAX_VALUE;
        for (int i = 0; i < weights.length; i++) {
            BackendEntry entry = entries.get(i);
            weights[i] = entry.availability().weight(entry.weight());
            if (weights[i] > 0) {
                first = Math.min(first, entry.priority());
            }
        }
        for (int i = 0; i < weights.length; i++) {
            if (entries.get(i).priority() != first) {
                weights[i] = 0;
            }
        }
        return weights;
    }
}

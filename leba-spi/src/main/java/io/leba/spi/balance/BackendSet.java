package io.leba.spi.balance;

/**
 * The members of a group at one moment: immutable but for the live counts. Indices run from 0 to {@code size() - 1} in
 * the order of the configuration or discovery, and keep their meaning for this set only.
 */
public interface BackendSet {
    /** Members, available or not. */
    int size();

    /** The member at an index. */
    Backend backend(int index);

    /**
     * The effective weight, 0 or more: the configured or overridden weight, 0 if the backend must get no new traffic
     * (unhealthy, draining, disabled, weight 0, of a lower priority that is not needed).
     */
    int weight(int index);

    /** Whether the member may get new traffic: {@code weight(index) > 0}. */
    default boolean available(int index) {
        return weight(index) > 0;
    }

    /** How many members are available. */
    int availableCount();

    /** Exchanges in flight on the member now, over all loops; a racy read, exact when nothing moves. */
    int inFlight(int index);

    /**
     * Exchanges in flight in the whole group now, those on unavailable members included. The kernel keeps a count, so that it
     * costs the same whatever the size; this default adds the members up.
     */
    default long inFlight() {
        long sum = 0;
        for (int i = 0; i < size(); i++) {
            sum += inFlight(i);
        }
        return sum;
    }
}

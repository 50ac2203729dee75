package io.leba.spi.control;

/**
 * What an operator does to a backend at run time. It holds until it is changed again: through reloads, plugin swaps, and
 * absences of the backend from what discovery finds.
 */
public sealed interface BackendChange {
    /** Takes traffic again. A weight set before holds on; {@link ConfiguredWeight} undoes it. */
    record Ready() implements BackendChange {}

    /**
     * Gets nothing new, by whatever algorithm, hash or stickiness, and finishes what it has, however long that takes.
     * Health checks go on, and idle connections are kept.
     */
    record Drain() implements BackendChange {}

    /**
     * As {@link Drain}, for work on the backend itself: health checks stop and idle connections are closed. When it is ready
     * again, the first probe decides.
     */
    record Disable() implements BackendChange {}

    /**
     * Weighs this much in place of the configured weight.
     *
     * @param weight 0 to {@value #MAX}; 0: nothing new. Anything else is refused
     */
    record Weight(int weight) implements BackendChange {
        /** The greatest weight, as in the configuration. */
        public static final int MAX = 65_535;
    }

    /** Weighs what the configuration or discovery says. */
    record ConfiguredWeight() implements BackendChange {}
}

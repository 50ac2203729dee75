package io.leba.kernel.backend;

import java.time.Duration;

/**
 * How many connections wait for re-use, and for how long.
 *
 * @param maxIdle for each backend, over all event loops; each loop has an equal share, at least one. 0: none is kept
 * @param idleTimeout after which an idle connection is closed, to the second
 */
public record PoolSettings(int maxIdle, Duration idleTimeout) {
    /** What is taken if nothing is said. */
    public static final PoolSettings DEFAULT = new PoolSettings(256, Duration.ofSeconds(60));

    /** Refuses what makes no sense. */
    public PoolSettings {
        if (maxIdle < 0 || idleTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "max_idle and idle_timeout must be 0 or more, got " + maxIdle + " and " + idleTimeout);
        }
    }

    /** One loop's share. */
    int maxIdleOnLoop(int loops) {
        return maxIdle == 0 ? 0 : Math.max(1, (maxIdle + loops - 1) / loops);
    }
}

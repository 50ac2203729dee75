package io.leba.kernel.backend;

import java.time.Duration;
import java.util.Optional;

/**
 * When backends are probed, and what a series of results means.
 *
 * @param interval from the start of a probe to the start of the next one
 * @param timeout how long a probe may take
 * @param rise good probes in a row that bring a backend back
 * @param fall bad probes in a row that take it out
 * @param jitter by how much of itself an interval may be shorter or longer, 0 to 1, so that nodes and backends drift apart
 * @param fastInterval the interval while a series is under way that may change the verdict; empty: as ever
 */
public record HealthSchedule(
        Duration interval, Duration timeout, int rise, int fall, double jitter, Optional<Duration> fastInterval) {
    /** What is taken if nothing is said. */
    public static final HealthSchedule DEFAULT =
            new HealthSchedule(Duration.ofSeconds(5), Duration.ofSeconds(2), 2, 3, 0.1, Optional.empty());

    /** Refuses what makes no sense. */
    public HealthSchedule {
        if (interval.isZero() || interval.isNegative() || timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "interval and timeout must be more than 0, got " + interval + " and " + timeout);
        }
        if (rise < 1 || fall < 1) {
            throw new IllegalArgumentException("rise and fall must be 1 or more, got " + rise + " and " + fall);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be between 0 % and 100 %, got " + jitter * 100 + " %");
        }
    }

    /**
     * The time to the next probe.
     *
     * @param isChanging whether a series is under way that may change the verdict
     * @param random from 0 (included) to 1 (not included)
     */
    Duration next(boolean isChanging, double random) {
        Duration base = isChanging ? fastInterval.orElse(interval) : interval;
        double factor = 1 + jitter * (2 * random - 1);
        return Duration.ofNanos(Math.max(1, Math.round(base.toNanos() * factor)));
    }
}

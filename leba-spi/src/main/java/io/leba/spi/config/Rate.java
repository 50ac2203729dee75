package io.leba.spi.config;

import java.time.Duration;

/**
 * A number of events in a span of time, written {@code 100/s}, {@code 60/m}, {@code 1000/h} or {@code 5/250ms}.
 *
 * @param count events, 1 or more
 * @param per the span, more than zero
 */
public record Rate(long count, Duration per) {
    /** Rejects empty counts and spans. */
    public Rate {
        if (count < 1 || per.isZero() || per.isNegative()) {
            throw new IllegalArgumentException("must be a rate such as 100/s, got " + count + "/" + per);
        }
    }

    /** Events per second. */
    public double perSecond() {
        return count * 1e9 / per.toNanos();
    }
}

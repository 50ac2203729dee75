package io.leba.spi;

import java.time.Instant;

/** Time as LEBA sees it. Any thread. */
public interface TimeSource {
    /** The system's clocks. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }
    };

    /** Nanoseconds from an arbitrary origin, for differences only. */
    long nanos();

    /** The time of day. */
    Instant now();
}

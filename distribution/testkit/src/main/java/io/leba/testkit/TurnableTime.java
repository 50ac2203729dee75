package io.leba.testkit;

import io.leba.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when a test says so. Any thread. */
public final class TurnableTime implements TimeSource {
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

    private final AtomicLong elapsed = new AtomicLong();

    /** Stands at zero. */
    public TurnableTime() {}

    @Override
    public long nanos() {
        return elapsed.get();
    }

    @Override
    public Instant now() {
        return START.plusNanos(elapsed.get());
    }

    /** Lets time pass. Work that became due runs with {@link ManualBackground#runDue()}. */
    public void advance(Duration by) {
        elapsed.addAndGet(by.toNanos());
    }
}

package io.leba.kernel.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QuarantineTest {
    private final Turned time = new Turned();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Quarantine quarantine = new Quarantine("it", time, active, failures::incrementAndGet);

    /** A clock that stands still until it is turned. */
    private static final class Turned implements TimeSource {
        private long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        void advance(Duration by) {
            nanos += by.toNanos();
        }
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertTrue(quarantine.admits());
            quarantine.failed(new IllegalStateException("on purpose"));
        }
    }

    @Test
    void failuresWithSuccessesBetweenThemAreCountedAndNoMore() {
        for (int i = 0; i < 10; i++) {
            fail(Quarantine.STREAK - 1);
            quarantine.succeeded();
        }
        assertTrue(quarantine.admits());
        assertEquals(10 * (Quarantine.STREAK - 1), failures.get());
        assertEquals(0, active.get());
    }

    @Test
    void aStreakOfFailuresIsFollowedByAPauseAndOneTrial() {
        fail(Quarantine.STREAK);
        assertFalse(quarantine.admits());
        assertEquals(1, active.get());
        time.advance(Quarantine.PAUSE.minusNanos(1));
        assertFalse(quarantine.admits());
        time.advance(Duration.ofNanos(1));
        assertTrue(quarantine.admits(), "the trial");
        assertFalse(quarantine.admits(), "one at a time");
        quarantine.failed(new IllegalStateException("still"));
        time.advance(Quarantine.PAUSE.minusNanos(1));
        assertFalse(quarantine.admits());
        time.advance(Duration.ofNanos(1));
        assertTrue(quarantine.admits());
        quarantine.succeeded();
        assertTrue(quarantine.admits());
        assertTrue(quarantine.admits());
        assertEquals(0, active.get());
        fail(Quarantine.STREAK - 1);
        assertTrue(quarantine.admits(), "the count began anew");
    }

    @Test
    void anExtensionThatGoesTakesItsQuarantineAlong() {
        fail(Quarantine.STREAK);
        quarantine.close();
        assertEquals(0, active.get());
    }
}

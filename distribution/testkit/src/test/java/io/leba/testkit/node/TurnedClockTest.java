package io.leba.testkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnedClockTest {
    private final TurnedClock clock = new TurnedClock();
    private final ScheduledExecutorService timer = clock.timer();
    private final List<String> ran = new ArrayList<>();

    private ScheduledFuture<?> in(int seconds, String what) {
        return timer.schedule(
                () -> ran.add(what + "@" + clock.time().nanos() / 1_000_000_000), seconds, TimeUnit.SECONDS);
    }

    @Test
    void whatIsDueRunsInOrderAtItsMoment() {
        in(3, "c");
        in(1, "a");
        in(1, "b");

        clock.advance(Duration.ofSeconds(2));
        assertEquals(List.of("a@1", "b@1"), ran);
        clock.advance(Duration.ofSeconds(2));

        assertEquals(List.of("a@1", "b@1", "c@3"), ran);
        assertEquals(4_000_000_000L, clock.time().nanos());
    }

    @Test
    void whatIsCancelledDoesNotRun() {
        ScheduledFuture<?> future = in(1, "a");
        assertEquals(1000, future.getDelay(TimeUnit.MILLISECONDS));
        future.cancel(false);

        clock.advance(Duration.ofSeconds(2));

        assertEquals(List.of(), ran);
    }

    @Test
    void whatBecomesDueByWhatRunsRunsToo() throws Exception {
        timer.schedule(() -> in(1, "second"), 1, TimeUnit.SECONDS);

        clock.advance(Duration.ofSeconds(2));

        assertEquals(List.of("second@2"), ran);
        ScheduledFuture<String> call = timer.schedule(() -> "value", 1, TimeUnit.SECONDS);
        clock.advance(Duration.ofSeconds(1));
        assertEquals("value", call.get());
    }

    @Test
    void itBelongsToNobodyWhoWouldShutItDown() throws Exception {
        timer.shutdown();
        assertEquals(List.of(), timer.shutdownNow());
        assertFalse(timer.isShutdown() || timer.isTerminated());
        assertTrue(timer.awaitTermination(0, TimeUnit.SECONDS));
        timer.execute(() -> ran.add("now"));
        assertEquals(List.of("now"), ran);
        assertThrows(
                UnsupportedOperationException.class, () -> timer.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.SECONDS));
        assertThrows(
                UnsupportedOperationException.class,
                () -> timer.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.SECONDS));
    }
}

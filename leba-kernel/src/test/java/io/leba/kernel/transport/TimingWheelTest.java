package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.protocol.Loop.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
    private static final long START = -12_345_678_901L;

    private final TimingWheel wheel = new TimingWheel(START);
    private final List<String> fired = new ArrayList<>();
    private long now = START;

    private void pass(long millis) {
        long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
        while (end - now > TimingWheel.TICK_NANOS) {
            now += TimingWheel.TICK_NANOS;
            wheel.advance(now);
        }
        now = end;
        wheel.advance(now);
    }

    private Deadline deadline(String name) {
        return wheel.deadline(() -> fired.add(name));
    }

    @Test
    void firesOnceWhenTheTimeIsUp() {
        Deadline deadline = deadline("a");
        deadline.arm(1_000);

        pass(1_000);
        assertEquals(List.of(), fired);
        pass(200);
        assertEquals(List.of("a"), fired);
        pass(100_000);
        assertEquals(List.of("a"), fired);
    }

    @Test
    void canBeArmedAgainAfterItFired() {
        Deadline deadline = deadline("a");
        deadline.arm(100);
        pass(300);
        deadline.arm(100);
        pass(300);

        assertEquals(List.of("a", "a"), fired);
    }

    @Test
    void reArmingForLaterPutsItOff() {
        Deadline deadline = deadline("a");
        for (int i = 0; i < 50; i++) {
            deadline.arm(1_000);
            pass(900);
        }
        assertEquals(List.of(), fired);
        pass(300);
        assertEquals(List.of("a"), fired);
    }

    @Test
    void reArmingForSoonerBringsItForward() {
        Deadline deadline = deadline("a");
        deadline.arm(60_000);
        pass(500);
        deadline.arm(200);
        pass(400);

        assertEquals(List.of("a"), fired);
    }

    @Test
    void aDisarmedOneDoesNotFireAndCanBeArmedAgain() {
        Deadline deadline = deadline("a");
        deadline.arm(200);
        pass(100);
        deadline.disarm();
        pass(1_000);
        assertEquals(List.of(), fired);

        deadline.arm(200);
        pass(400);
        assertEquals(List.of("a"), fired);
    }

    @Test
    void aClosedOneIsForgottenAndRefusesToBeArmed() {
        Deadline deadline = deadline("a");
        deadline.arm(200);
        deadline.close();
        pass(1_000);

        assertEquals(List.of(), fired);
        assertThrows(IllegalStateException.class, () -> deadline.arm(1));
    }

    @Test
    void reachesBeyondOneTurnOfTheWheel() {
        Deadline deadline = deadline("a");
        deadline.arm(200_000);
        pass(200_000);
        assertEquals(List.of(), fired);
        pass(200);
        assertEquals(List.of("a"), fired);
    }

    @Test
    void isNotEarlyWhenItWasArmedInALongStall() {
        // The loop was busy for 5 s, and armed at the end of it; its coarse clock still showed the beginning.
        Deadline deadline = deadline("a");
        now += TimeUnit.SECONDS.toNanos(5);
        long armed = now;
        deadline.arm(300);
        wheel.advance(now);
        assertEquals(List.of(), fired);
        pass(200);
        assertEquals(List.of(), fired);
        pass(200);
        assertEquals(List.of("a"), fired);
        assertTrue(now - armed >= TimeUnit.MILLISECONDS.toNanos(300));
    }

    @Test
    void isNeverEarlyAndAtMostTwoTicksLateWhateverHappens() {
        SplittableRandom random = new SplittableRandom(7);
        int count = 500;
        long[] due = new long[count];
        Deadline[] deadlines = new Deadline[count];
        int[] expired = new int[1];
        for (int i = 0; i < count; i++) {
            int number = i;
            deadlines[i] = wheel.deadline(() -> {
                assertTrue(due[number] != 0, "fired though not armed");
                long late = now - due[number];
                assertTrue(late >= 0, "early by " + -late);
                assertTrue(late <= 2 * TimingWheel.TICK_NANOS + 10_000_000, "late by " + late);
                due[number] = 0;
                expired[0]++;
            });
        }
        for (int step = 0; step < 200_000; step++) {
            int i = random.nextInt(count);
            switch (random.nextInt(8)) {
                case 0 -> {
                    deadlines[i].disarm();
                    due[i] = 0;
                }
                case 1, 2 -> {
                    now += random.nextLong(10_000_000);
                    wheel.advance(now);
                }
                default -> {
                    long millis = random.nextInt(10) == 0 ? random.nextLong(120_000) : random.nextLong(3_000);
                    deadlines[i].arm(millis);
                    due[i] = now + TimeUnit.MILLISECONDS.toNanos(millis);
                }
            }
        }
        assertTrue(expired[0] > 1_000, "only " + expired[0] + " fired");
        for (int i = 0; i < count; i++) {
            deadlines[i].disarm();
            due[i] = 0;
        }
        pass(200_000);
    }

    @Test
    void aCallbackMayArmCloseAndMakeDeadlines() {
        Deadline second = deadline("second");
        Deadline[] self = new Deadline[1];
        self[0] = wheel.deadline(() -> {
            fired.add("self");
            second.close();
            self[0].arm(0);
            deadline("made").arm(0);
        });
        self[0].arm(100);
        second.arm(100);
        pass(200);
        assertEquals(List.of("self"), fired);
        pass(200);
        assertTrue(fired.contains("made"), fired::toString);
        assertFalse(fired.contains("second"), fired::toString);
    }

    @Test
    void whatACallbackArmsInALateTickIsNotEarly() {
        // Several ticks are made up for at once, and a callback of the first arms for as long as the wheel is round.
        for (int ticks = 2; ticks < 6; ticks++) {
            for (int around = 505; around < 516; around++) {
                fired.clear();
                Deadline far = deadline("far");
                long millis = around * 100L;
                wheel.deadline(() -> far.arm(millis)).arm(100);
                pass(100);
                now += ticks * TimingWheel.TICK_NANOS;
                wheel.advance(now);
                pass(millis - 1);
                assertEquals(List.of(), fired, ticks + " ticks, then " + millis + " ms");
                pass(300);
                assertEquals(List.of("far"), fired);
            }
        }
    }

    @Test
    void aCallbackThatThrowsDoesNotKeepTheOthersFromFiring() {
        wheel.deadline(() -> {
                    throw new IllegalStateException("thrown on purpose");
                })
                .arm(100);
        deadline("a").arm(100);
        pass(300);

        assertEquals(List.of("a"), fired);
    }

    @Test
    void survivesAJumpOfTheClock() {
        Deadline soon = deadline("soon");
        Deadline far = deadline("far");
        soon.arm(1_000);
        far.arm(TimeUnit.HOURS.toMillis(3));
        pass(100);
        now += TimeUnit.HOURS.toNanos(2);
        wheel.advance(now);
        assertEquals(List.of("soon"), fired);
        pass(TimeUnit.HOURS.toMillis(1) + 300);
        assertEquals(List.of("soon", "far"), fired);
    }

    @Test
    void takesAnyNumberOfMilliseconds() {
        deadline("negative").arm(-5);
        deadline("endless").arm(Long.MAX_VALUE);
        pass(200);

        assertEquals(List.of("negative"), fired);
    }
}

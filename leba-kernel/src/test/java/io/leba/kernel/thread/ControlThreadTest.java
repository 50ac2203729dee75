package io.leba.kernel.thread;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Background.Cancellable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlThreadTest {
    private final ControlThread control = ControlThread.start();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void runsTasksInTheOrderInWhichTheyWereHandedOver() throws Exception {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 100; i++) {
            int number = i;
            control.execute(() -> order.add(number));
        }
        control.call(() -> null);

        assertEquals(100, order.size());
        for (int i = 0; i < 100; i++) {
            assertEquals(i, order.get(i));
        }
    }

    @Test
    void knowsItsOwnThread() throws Exception {
        assertFalse(control.isCurrent());
        assertTrue(control.call(control::isCurrent));
        assertEquals("leba-control", control.call(() -> Thread.currentThread().getName()));
        assertThrows(IllegalStateException.class, control::requireCurrent);
        control.call(() -> {
            control.requireCurrent();
            return null;
        });
    }

    @Test
    void aCallFromTheThreadItselfRunsAtOnce() throws Exception {
        assertEquals("inner", control.call(() -> control.call(() -> "inner")));
    }

    @Test
    void aCallThrowsWhatTheTaskThrows() {
        IOException thrown = new IOException("broken");

        assertSame(
                thrown,
                assertThrows(
                        IOException.class,
                        () -> control.call(() -> {
                            throw thrown;
                        })));
    }

    @Test
    void aTaskThatThrowsDoesNotKeepTheNextFromRunning() throws Exception {
        control.execute(() -> {
            throw new IllegalStateException("thrown on purpose");
        });

        assertEquals(1, control.call(() -> 1));
    }

    @Test
    void runsATaskAfterItsDelayUnlessItIsCalledOff() {
        AtomicBoolean ran = new AtomicBoolean();
        AtomicBoolean calledOff = new AtomicBoolean();
        Cancellable cancellable = control.after(Duration.ofMillis(5), () -> calledOff.set(true));
        cancellable.close();
        control.after(Duration.ofMillis(20), () -> ran.set(true));

        await().untilTrue(ran);
        assertFalse(calledOff.get());
    }

    @Test
    void closingRunsWhatWaitsAndDropsWhatComesLater() {
        CountDownLatch begin = new CountDownLatch(1);
        AtomicBoolean waiting = new AtomicBoolean();
        control.execute(() -> {
            try {
                begin.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        control.execute(() -> waiting.set(true));
        begin.countDown();
        control.close();

        assertTrue(waiting.get());
        AtomicBoolean late = new AtomicBoolean();
        control.execute(() -> late.set(true));
        control.after(Duration.ZERO, () -> late.set(true)).close();
        assertFalse(late.get());
    }
}

package io.leba.kernel.thread;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Background.Cancellable;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundScopeTest {
    private final BackgroundPool pool = new BackgroundPool();
    private final BackgroundScope scope = pool.scope("test");

    @AfterEach
    void stop() {
        pool.close();
    }

    @Test
    void runsWorkOnAThreadOfItsOwn() throws Exception {
        String name = scope.call(() -> Thread.currentThread().getName())
                .toCompletableFuture()
                .get();

        assertTrue(name.startsWith("leba-background-"), name);
    }

    @Test
    void aCallEndsWithTheExceptionOfItsTask() {
        CompletionStage<Object> stage = scope.call(() -> {
            throw new IllegalStateException("broken");
        });

        CompletionException e = assertThrows(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        assertEquals("broken", e.getCause().getMessage());
    }

    @Test
    void repeatsWorkEvenIfARunFails() {
        AtomicInteger runs = new AtomicInteger();
        Cancellable work = scope.every(Duration.ZERO, Duration.ofMillis(1), () -> {
            if (runs.incrementAndGet() == 2) {
                throw new IllegalStateException("thrown on purpose");
            }
        });

        await().until(() -> runs.get() >= 4);
        work.close();
    }

    @Test
    void closingTheScopeInterruptsWhatRuns() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        scope.run(() -> blockUntilInterrupted(started, interrupted));
        started.await();
        scope.close();

        await().untilTrue(interrupted);
    }

    @Test
    void closingAScopeLeavesTheOthersAlone() throws Exception {
        BackgroundScope other = pool.scope("other");
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        other.run(() -> blockUntilInterrupted(started, interrupted));
        started.await();
        scope.close();

        assertEquals(1, other.call(() -> 1).toCompletableFuture().get());
        assertFalse(interrupted.get());
        other.close();
        await().untilTrue(interrupted);
    }

    @Test
    void aClosedScopeStartsNothing() {
        AtomicBoolean ran = new AtomicBoolean();
        scope.close();
        scope.run(() -> ran.set(true));
        scope.after(Duration.ZERO, () -> ran.set(true));
        CompletionStage<Integer> call = scope.call(() -> 1);

        assertTrue(call.toCompletableFuture().isCompletedExceptionally());
        assertThrows(
                CancellationException.class, () -> call.toCompletableFuture().join());
        assertFalse(ran.get());
    }

    @Test
    void aRepetitionThatClosesItselfEnds() {
        AtomicInteger runs = new AtomicInteger();
        Cancellable[] work = new Cancellable[1];
        CountDownLatch assigned = new CountDownLatch(1);
        work[0] = scope.every(Duration.ZERO, Duration.ofMillis(1), () -> {
            try {
                assigned.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            runs.incrementAndGet();
            work[0].close();
        });
        assigned.countDown();

        await().until(() -> runs.get() == 1);
        await().until(() -> scope.open() == 0);
        await().during(Duration.ofMillis(20)).until(() -> runs.get() == 1 && scope.open() == 0);
    }

    @Test
    void anInterruptionDoesNotReachTheNextTaskOfTheThread() throws Exception {
        for (int i = 0; i < 50; i++) {
            CountDownLatch started = new CountDownLatch(1);
            Cancellable work = scope.start(() -> {
                started.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            });
            started.await();
            work.close();
            assertFalse(scope.call(Thread::interrupted).toCompletableFuture().get());
        }
    }

    @Test
    void workAfterTheEndOfThePoolIsCalledOff() {
        pool.close();

        assertTrue(scope.call(() -> 1).toCompletableFuture().isCompletedExceptionally());
        scope.after(Duration.ZERO, () -> {}).close();
    }

    private static void blockUntilInterrupted(CountDownLatch started, AtomicBoolean interrupted) {
        started.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.set(true);
        }
    }
}

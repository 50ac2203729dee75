package io.leba.testkit.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.waiting.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every health check that brings its own I/O keeps, beside what every extension does. */
public abstract class BackgroundCheckContract extends ExtensionContract<HealthCheckProvider<?>, BackgroundCheck> {
    private static final int AT_ONCE = 8;

    /**
     * For the test of a check.
     *
     * @param type the word in YAML
     */
    protected BackgroundCheckContract(LebaPlugin plugin, String type) {
        super(HealthCheckProvider.class, BackgroundCheck.class, plugin, type);
    }

    /** A backend that is well. */
    protected abstract Target good();

    /** A backend that is not. */
    protected abstract Target bad();

    /** A backend that takes a connection and never answers. */
    protected abstract Target silent();

    @Override
    protected void use(BackgroundCheck made, TestScope within) {
        probe(made, good());
    }

    /** As the kernel sees it: what is thrown is a reason. */
    private static ProbeResult probe(BackgroundCheck check, Target target) {
        try {
            return check.probe(target);
        } catch (Exception e) {
            return ProbeResult.down(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    @Test
    void aGoodBackendIsUp() {
        assertEquals(ProbeResult.up(), probe(create(), good()));
    }

    @Test
    void aBadBackendIsDownWithAReason() {
        ProbeResult result = probe(create(), bad());

        assertFalse(result.isUp());
        assertFalse(result.reason().isBlank());
    }

    @Test
    void probesDoNotDisturbEachOther() throws InterruptedException {
        BackgroundCheck check = create();
        List<Thread> threads = new ArrayList<>();
        AtomicReference<String> wrong = new AtomicReference<>("");
        for (int i = 0; i < AT_ONCE; i++) {
            boolean isGood = i % 2 == 0;
            threads.add(new Thread(() -> {
                if (probe(check, isGood ? good() : bad()).isUp() != isGood) {
                    wrong.set("a probe of a " + (isGood ? "good" : "bad") + " backend was mistaken");
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals("", wrong.get());
    }

    @Test
    void aProbeThatIsInterruptedEnds() throws InterruptedException {
        BackgroundCheck check = create();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Target target = silent();
        Thread thread = new Thread(
                () -> {
                    begun.countDown();
                    probe(check, target);
                    ended.countDown();
                },
                "probe");
        thread.setDaemon(true);
        thread.start();
        begun.await();
        while (!ended.await(50, TimeUnit.MILLISECONDS) && !isWaiting(thread)) {
            // it has not come to where it waits
        }
        thread.interrupt();

        assertTrue(
                ended.await(Patience.limit().toMillis(), TimeUnit.MILLISECONDS),
                "it goes on " + Patience.limit()
                        + " after it was interrupted; use channels, which interruption closes");
    }

    private static boolean isWaiting(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && (stack[0].isNativeMethod() || thread.getState() != Thread.State.RUNNABLE);
    }
}

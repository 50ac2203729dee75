package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.KernelLoop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits until no loop is in the midst of something that it began before. Any thread. */
final class LoopBarrier {
    private LoopBarrier() {}

    /** Runs the action once each loop has finished what it was doing, or has ended. */
    static void after(List<KernelLoop> loops, Runnable action) {
        AtomicInteger left = new AtomicInteger(loops.size());
        Runnable passed = () -> {
            if (left.decrementAndGet() == 0) {
                action.run();
            }
        };
        for (KernelLoop loop : loops) {
            try {
                loop.eventLoop().execute(passed);
            } catch (RejectedExecutionException e) {
                passed.run(); // it has ended
            }
        }
    }
}

package io.leba.kernel.thread;

import io.leba.spi.Background.Cancellable;
import io.leba.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Where everything that changes the node runs, one task after the other. Tasks neither wait nor do I/O. Any thread may
 * hand over a task; a task that throws is logged, and the next one runs.
 */
public interface ControlQueue extends Executor {
    /** Whether the caller is a task of this queue. */
    boolean isCurrent();

    /** Runs the task once after the delay. */
    Cancellable after(Duration delay, Runnable task);

    /** The time by which delays are measured. */
    TimeSource time();

    /** Guards what must run here and nowhere else. */
    default void requireCurrent() {
        if (!isCurrent()) {
            throw new IllegalStateException("runs on the control thread only, not on "
                    + Thread.currentThread().getName());
        }
    }
}

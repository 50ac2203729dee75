package io.leba.spi;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

/**
 * Runs work that may block, apart from the event loops. Any thread may call it. Work of a closed scope is interrupted and
 * not started again. An exception is logged with the scope's path and does not end a repetition.
 */
public interface Background {
    /** Runs the task once, soon. */
    void run(Runnable task);

    /** Runs the task once and completes the stage, on the background thread, with its result or exception. */
    <T> CompletionStage<T> call(Callable<T> task);

    /** Runs the task once after {@code delay}. */
    Cancellable after(Duration delay, Runnable task);

    /** Runs the task after {@code initial} and then {@code interval} after the end of each run. */
    Cancellable every(Duration initial, Duration interval, Runnable task);

    /** A task that can be called off. Idempotent; a run under way is interrupted. */
    interface Cancellable extends AutoCloseable {
        @Override
        void close();
    }
}

package io.leba.kernel.thread;

import io.leba.spi.Background.Cancellable;
import io.leba.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control thread: generations are built, published and retired here, and all that the kernel remembers is changed here. */
public final class ControlThread implements ControlQueue, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor executor;
    private final ScheduledExecutorService timer;
    private final TimeSource time;
    private volatile Thread thread;

    private ControlThread(TimeSource time, ScheduledExecutorService timer) {
        this.time = time;
        executor = new ScheduledThreadPoolExecutor(1, this::newThread);
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.timer = timer == null ? executor : timer;
    }

    /** Starts the thread. */
    public static ControlThread start() {
        return started(new ControlThread(TimeSource.SYSTEM, null));
    }

    /**
     * Starts the thread with a clock of somebody else's.
     *
     * @param timer tells when a delay is over, on any thread; it is not closed
     */
    public static ControlThread start(TimeSource time, ScheduledExecutorService timer) {
        return started(new ControlThread(time, timer));
    }

    private static ControlThread started(ControlThread control) {
        control.executor.prestartCoreThread();
        return control;
    }

    private Thread newThread(Runnable body) {
        Thread made = new Thread(body, "leba-control");
        thread = made;
        return made;
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public TimeSource time() {
        return time;
    }

    /** Hands over a task; after {@link #close()} it is dropped, since nothing is left that it could change. */
    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("the control thread has stopped; a late task is dropped");
        }
    }

    /**
     * Runs the task here and waits for its result; on this thread itself it simply runs. Never called by an event loop.
     *
     * @throws Exception what the task throws
     */
    public <T> T call(Callable<T> task) throws Exception {
        if (isCurrent()) {
            return task.call();
        }
        try {
            return executor.submit(task).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        try {
            Runnable due = timer == executor ? () -> run(task) : () -> execute(task);
            Future<?> future = timer.schedule(due, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("the control thread has stopped; a late task is dropped");
            return () -> {};
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("a task of the control thread failed", e);
        }
    }

    /** Runs what was handed over before, drops what is delayed, and ends the thread. */
    @Override
    public void close() {
        executor.shutdown();
        if (isCurrent()) {
            return;
        }
        try {
            if (!executor.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the control thread did not stop within {} s; it is interrupted", STOP_TIMEOUT.toSeconds());
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}

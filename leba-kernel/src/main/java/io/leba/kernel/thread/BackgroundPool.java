package io.leba.kernel.thread;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads for work that may block. Work is handed over through a {@link BackgroundScope}, which ends it when its owner
 * goes. At most {@value #THREADS} tasks run at once; the rest waits its turn, and an idle thread ends after half a minute.
 */
public final class BackgroundPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundPool.class);
    private static final int THREADS = 32;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService timer;
    private final boolean ownsTimer;

    /** Starts no thread before there is work. */
    public BackgroundPool() {
        this(systemTimer(), true);
    }

    /** Takes a timer of somebody else's, which is not closed. */
    public BackgroundPool(ScheduledExecutorService timer) {
        this(timer, false);
    }

    private BackgroundPool(ScheduledExecutorService timer, boolean ownsTimer) {
        this.timer = timer;
        this.ownsTimer = ownsTimer;
        AtomicInteger number = new AtomicInteger();
        workers = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                body -> daemon(body, "leba-background-" + number.incrementAndGet()));
        workers.allowCoreThreadTimeOut(true);
    }

    private static ScheduledExecutorService systemTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, body -> daemon(body, "leba-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    private static Thread daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * A scope for the work of one owner.
     *
     * @param path who it is, for the log
     */
    public BackgroundScope scope(String path) {
        return new BackgroundScope(path, workers, timer);
    }

    /** Interrupts what runs, drops what waits. */
    @Override
    public void close() {
        if (ownsTimer) {
            timer.shutdownNow();
        }
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "{} background tasks do not react to interruption; they are left behind",
                        workers.getActiveCount());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

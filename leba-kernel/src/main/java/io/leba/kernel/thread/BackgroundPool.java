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

    private final ThreadMaker threads;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService timer;
    private final boolean ownsTimer;

    /** Starts no thread for work before there is some. */
    public BackgroundPool() {
        this(new ThreadMaker());
    }

    private BackgroundPool(ThreadMaker threads) {
        this(threads, systemTimer(threads), true);
    }

    /** Takes a timer of somebody else's, which is not closed. */
    public BackgroundPool(ScheduledExecutorService timer) {
        this(new ThreadMaker(), timer, false);
    }

    private BackgroundPool(ThreadMaker threads, ScheduledExecutorService timer, boolean ownsTimer) {
        this.threads = threads;
        this.timer = timer;
        this.ownsTimer = ownsTimer;
        AtomicInteger number = new AtomicInteger();
        workers = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                body -> threads.make(body, "leba-background-" + number.incrementAndGet()));
        workers.allowCoreThreadTimeOut(true);
    }

    private static ScheduledExecutorService systemTimer(ThreadMaker threads) {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, body -> threads.make(body, "leba-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
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
        threads.close();
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

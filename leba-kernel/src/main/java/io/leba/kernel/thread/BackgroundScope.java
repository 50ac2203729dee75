package io.leba.kernel.thread;

import io.leba.spi.Background;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One owner's background work. Closing it interrupts what runs and lets nothing start again. Safe for any thread. */
public final class BackgroundScope implements Background, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundScope.class);

    private final String path;
    private final ExecutorService workers;
    private final ScheduledExecutorService timer;
    private final Set<Work> works = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    BackgroundScope(String path, ExecutorService workers, ScheduledExecutorService timer) {
        this.path = path;
        this.workers = workers;
        this.timer = timer;
    }

    @Override
    public void run(Runnable task) {
        start(task);
    }

    /** Runs the task once, soon; it can be called off, which interrupts it. */
    public Cancellable start(Runnable task) {
        Work work = new Work(task, null);
        work.submit();
        return work;
    }

    /** As the contract says; if the scope closes before the task has run, the stage ends with a {@link CancellationException}. */
    @Override
    public <T> CompletionStage<T> call(Callable<T> task) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        Work work = new Work(
                () -> {
                    try {
                        stage.complete(task.call());
                    } catch (Throwable e) {
                        stage.completeExceptionally(e);
                    }
                },
                null);
        work.onCancel = () -> stage.completeExceptionally(new CancellationException(path + " is closed"));
        work.submit();
        return stage;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        Work work = new Work(task, null);
        work.schedule(delay);
        return work;
    }

    @Override
    public Cancellable every(Duration initial, Duration interval, Runnable task) {
        Work work = new Work(task, interval);
        work.schedule(initial);
        return work;
    }

    /** How many tasks run, wait, or come again. */
    int open() {
        return works.size();
    }

    @Override
    public void close() {
        closed = true;
        works.forEach(Work::close);
    }

    /** A task with all its runs. */
    private final class Work implements Cancellable {
        private final Runnable task;
        private final Duration interval;
        private Runnable onCancel = () -> {};
        private Future<?> pending;
        private Thread runner;
        private boolean cancelled;

        Work(Runnable task, Duration interval) {
            this.task = task;
            this.interval = interval;
        }

        synchronized void schedule(Duration delay) {
            if (!begin()) {
                return;
            }
            try {
                pending = timer.schedule(this::submit, delay.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                close();
            }
        }

        synchronized void submit() {
            if (!begin()) {
                return;
            }
            try {
                pending = workers.submit(this::perform);
            } catch (RejectedExecutionException e) {
                close();
            }
        }

        private boolean begin() {
            if (cancelled) {
                return false;
            }
            works.add(this);
            if (closed) {
                close();
            }
            return !cancelled;
        }

        private void perform() {
            synchronized (this) {
                if (cancelled) {
                    return;
                }
                runner = Thread.currentThread();
            }
            try {
                task.run();
            } catch (Throwable e) {
                if (!isCancelled()) {
                    LOG.error("{}: background work failed", path, e);
                }
            } finally {
                synchronized (this) {
                    runner = null;
                }
            }
            if (interval != null) {
                schedule(interval);
            } else {
                works.remove(this);
            }
        }

        private synchronized boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void close() {
            synchronized (this) {
                if (cancelled) {
                    return;
                }
                cancelled = true;
                works.remove(this);
                if (pending != null) {
                    pending.cancel(false);
                }
                if (runner != null) {
                    runner.interrupt();
                }
            }
            onCancel.run();
        }
    }
}

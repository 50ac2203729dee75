package io.leba.testkit;

import io.leba.spi.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Background work that runs on the test's own thread, in order of time, when the test calls {@link #runDue()} or
 * {@link #advance}. Work may be handed in by any thread; it is run by one.
 */
public final class ManualBackground implements Background {
    private static final Comparator<Task> BY_TIME =
            Comparator.comparingLong((Task task) -> task.dueNanos).thenComparingLong(task -> task.number);

    private final TurnableTime time;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(BY_TIME);
    private final List<Exception> failures = new ArrayList<>();
    private long handedIn;
    private boolean isClosed;

    /** Runs by the given clock. */
    public ManualBackground(TurnableTime time) {
        this.time = time;
    }

    @Override
    public void run(Runnable task) {
        after(Duration.ZERO, task);
    }

    @Override
    public <T> CompletionStage<T> call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        run(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        return add(new Task(task, Optional.empty()), delay);
    }

    @Override
    public Cancellable every(Duration initial, Duration interval, Runnable task) {
        return add(new Task(task, Optional.of(interval)), initial);
    }

    private synchronized Task add(Task task, Duration delay) {
        task.dueNanos = time.nanos() + delay.toNanos();
        task.number = handedIn++;
        if (!isClosed && !task.isCancelled) {
            tasks.add(task);
        }
        return task;
    }

    private synchronized Optional<Task> nextDue() {
        Task next = tasks.peek();
        return next != null && next.dueNanos <= time.nanos() ? Optional.of(tasks.remove()) : Optional.empty();
    }

    /** Runs everything that is due, and what becomes due by that. */
    public void runDue() {
        for (Optional<Task> next = nextDue(); next.isPresent(); next = nextDue()) {
            Task task = next.get();
            try {
                task.work.run();
            } catch (RuntimeException e) {
                failures.add(e);
            }
            task.interval.ifPresent(interval -> add(task, interval));
        }
    }

    /** Turns the clock from one due task to the next until {@code by} has passed, and runs each at its moment. */
    public void advance(Duration by) {
        long end = time.nanos() + by.toNanos();
        runDue();
        for (Optional<Duration> next = untilNext();
                next.isPresent() && time.nanos() + next.get().toNanos() <= end;
                next = untilNext()) {
            time.advance(next.get());
            runDue();
        }
        time.advance(Duration.ofNanos(end - time.nanos()));
    }

    /** How long until the next task is due; zero if it is already, empty if there is none. */
    public synchronized Optional<Duration> untilNext() {
        return Optional.ofNullable(tasks.peek())
                .map(task -> Duration.ofNanos(Math.max(0, task.dueNanos - time.nanos())));
    }

    /** What tasks threw, which a kernel would log. */
    public List<Exception> failures() {
        return List.copyOf(failures);
    }

    synchronized void close() {
        isClosed = true;
        tasks.clear();
    }

    private final class Task implements Cancellable {
        private final Runnable work;
        private final Optional<Duration> interval;
        private long dueNanos;
        private long number;
        private boolean isCancelled;

        Task(Runnable work, Optional<Duration> interval) {
            this.work = work;
            this.interval = interval;
        }

        @Override
        public void close() {
            synchronized (ManualBackground.this) {
                isCancelled = true;
                tasks.remove(this);
            }
        }
    }
}

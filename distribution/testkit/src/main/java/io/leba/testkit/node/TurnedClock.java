package io.leba.testkit.node;

import io.leba.testkit.TurnableTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A node's clock that a test turns: health schedules, drain deadlines, repeated background work and the loops' deadlines go by
 * it. What becomes due is handed to its own thread by the thread that turns, and has usually not run when {@link #advance}
 * returns: so turn in steps and wait for what should be seen, as {@link TestNode#turnUntil} does. Timeouts of connects and
 * probes, and the loops' tick of 100 ms, stay the system's. Any thread.
 */
public final class TurnedClock {
    private final TurnableTime time = new TurnableTime();
    private final Timer timer = new Timer();

    /** Stands still. */
    public TurnedClock() {}

    /** The time it shows. */
    public TurnableTime time() {
        return time;
    }

    /** Lets time pass, from one thing that is due to the next. */
    public void advance(Duration by) {
        timer.advance(by);
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** Hands over what is due. It runs nothing itself that takes time, and needs no thread. */
    private final class Timer extends AbstractExecutorService implements ScheduledExecutorService {
        private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
        private long handedIn;

        void advance(Duration by) {
            long end = time.nanos() + by.toNanos();
            for (Task<?> due = nextUntil(end); due != null; due = nextUntil(end)) {
                due.run();
            }
            long rest = end - time.nanos();
            if (rest > 0) {
                time.advance(Duration.ofNanos(rest));
            }
        }

        private synchronized Task<?> nextUntil(long end) {
            Task<?> next = tasks.peek();
            if (next == null || next.dueNanos > end) {
                return null;
            }
            long wait = next.dueNanos - time.nanos();
            if (wait > 0) {
                time.advance(Duration.ofNanos(wait));
            }
            return tasks.remove();
        }

        private synchronized <V> ScheduledFuture<V> add(Callable<V> work, long delay, TimeUnit unit) {
            Task<V> task = new Task<>(work, time.nanos() + Math.max(0, unit.toNanos(delay)), handedIn++);
            tasks.add(task);
            return task;
        }

        private synchronized void drop(Task<?> task) {
            tasks.remove(task);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            return add(
                    () -> {
                        command.run();
                        return null;
                    },
                    delay,
                    unit);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
            return add(callable, delay, unit);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
            throw new UnsupportedOperationException("the kernel schedules each run by itself");
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException("the kernel schedules each run by itself");
        }

        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private static final Comparator<Task<?>> BY_TIME =
                Comparator.<Task<?>>comparingLong(task -> task.dueNanos).thenComparingLong(task -> task.number);

        private final long dueNanos;
        private final long number;

        Task(Callable<V> work, long dueNanos, long number) {
            super(work);
            this.dueNanos = dueNanos;
            this.number = number;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - time.nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return BY_TIME.compare(this, (Task<?>) other);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            timer.drop(this);
            return super.cancel(mayInterrupt);
        }
    }
}

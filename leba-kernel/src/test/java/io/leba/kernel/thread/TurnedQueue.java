package io.leba.kernel.thread;

import io.leba.spi.Background.Cancellable;
import io.leba.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;

/** A control queue whose clock a test turns; what is handed over runs when the test turns it, on the test's thread. */
public final class TurnedQueue implements ControlQueue, TimeSource {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Delayed> delayed = new ArrayList<>();
    private long now;

    private record Delayed(long due, Runnable task) {}

    @Override
    public boolean isCurrent() {
        return true;
    }

    @Override
    public synchronized void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public synchronized Cancellable after(Duration delay, Runnable task) {
        Delayed made = new Delayed(now + delay.toNanos(), task);
        delayed.add(made);
        return () -> cancel(made);
    }

    private synchronized void cancel(Delayed task) {
        delayed.removeIf(other -> other == task);
    }

    @Override
    public TimeSource time() {
        return this;
    }

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized Instant now() {
        return Instant.EPOCH.plusNanos(now);
    }

    /** Runs what was handed over. */
    public void run() {
        for (Runnable task = poll(); task != null; task = poll()) {
            task.run();
        }
    }

    private synchronized Runnable poll() {
        return tasks.poll();
    }

    /** Lets time pass, running what becomes due at its time. */
    public void advance(Duration by) {
        run();
        long end = nanos() + by.toNanos();
        for (Delayed next = next(end); next != null; next = next(end)) {
            next.task().run();
            run();
        }
        synchronized (this) {
            now = end;
        }
    }

    private synchronized Delayed next(long end) {
        Delayed next = delayed.stream()
                .filter(task -> task.due() <= end)
                .min(Comparator.comparingLong(Delayed::due))
                .orElse(null);
        if (next != null) {
            delayed.remove(next);
            now = Math.max(now, next.due());
        }
        return next;
    }

    /** How many tasks wait for their time. */
    public synchronized int waiting() {
        return delayed.size();
    }
}

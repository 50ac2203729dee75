package io.leba.plugin.admin.api;

import io.leba.spi.Background;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Background threads, so that several pages can be under way at a time. Only {@link #run} is needed. */
final class Workers implements Background, AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Override
    public void run(Runnable task) {
        threads.execute(task);
    }

    @Override
    public <T> CompletionStage<T> call(Callable<T> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Cancellable every(Duration initial, Duration interval, Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

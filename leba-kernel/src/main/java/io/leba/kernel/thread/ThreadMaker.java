package io.leba.kernel.thread;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes daemon threads on a thread of the kernel's own. A new thread keeps the access control context of whoever makes it, and
 * with it the class loaders of all code on that one's stack: made where a plugin hands over work, it would keep the plugin's
 * realm for as long as it lives.
 */
final class ThreadMaker implements AutoCloseable {
    private final ThreadPoolExecutor maker;

    ThreadMaker() {
        maker = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> daemon(body, "leba-threads"));
        maker.prestartCoreThread();
    }

    /** A thread that is not started; null when this is closed. Waits for the maker, some microseconds. */
    Thread make(Runnable body, String name) {
        CompletableFuture<Thread> made = new CompletableFuture<>();
        try {
            maker.execute(() -> made.complete(daemon(body, name)));
        } catch (RejectedExecutionException e) {
            return null;
        }
        return made.join();
    }

    private static Thread daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Makes no more. */
    @Override
    public void close() {
        maker.shutdown();
    }
}

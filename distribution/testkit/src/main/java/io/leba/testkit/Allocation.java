package io.leba.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what code allocates on the calling thread. */
public final class Allocation {
    private static final int ATTEMPTS = 5;

    private Allocation() {}

    /**
     * Bytes that the code allocates when run {@code times} times, after as many runs to warm up: the least of a few attempts,
     * since loading a class or a lazy constant in the middle allocates once.
     */
    public static long bytes(int times, Runnable code) {
        ThreadMXBean threads = threads();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt <= ATTEMPTS && least != 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < times; i++) {
                code.run();
            }
            long after = threads.getCurrentThreadAllocatedBytes();
            if (attempt > 0) {
                least = Math.min(least, after - before);
            }
        }
        return least;
    }

    /** Bytes that the code allocates when run once, classes that it loads included. */
    public static long once(Runnable code) {
        long before = threads().getCurrentThreadAllocatedBytes();
        code.run();
        return threads().getCurrentThreadAllocatedBytes() - before;
    }

    /** Bytes that a thread has allocated since it began, as of now; itself or another one. */
    public static long ofThread(Thread thread) {
        return threads().getThreadAllocatedBytes(thread.getId());
    }

    private static ThreadMXBean threads() {
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemorySupported()) {
            return threads;
        }
        throw new UnsupportedOperationException("this JVM does not count what threads allocate");
    }
}

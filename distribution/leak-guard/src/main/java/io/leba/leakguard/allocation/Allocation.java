package io.leba.leakguard.allocation;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what code allocates on the calling thread; for the modules that are built before the test kit. */
public final class Allocation {
    private static final int ATTEMPTS = 5;

    private Allocation() {}

    /**
     * Bytes that the code allocates when run {@code times} times, after as many runs to warm up: the least of a few attempts,
     * since loading a class or a lazy constant in the middle allocates once.
     */
    public static long bytes(int times, Runnable code) {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)
                || !threads.isThreadAllocatedMemorySupported()) {
            throw new UnsupportedOperationException("this JVM does not count what threads allocate");
        }
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
}

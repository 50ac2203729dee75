package io.leba.testkit.contract;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;

/**
 * Runs code as an event loop would, and fails if it waited: for a lock, a future, a queue, a sleep. It sees the states that
 * the thread was in, so that waiting shows however short it was. Reading a file or socket it does not see.
 */
public final class OnLoopGuard {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private OnLoopGuard() {}

    /** Runs it. */
    public static void run(String what, Runnable code) {
        call(what, () -> {
            code.run();
            return null;
        });
    }

    /** Runs it and gives its result. */
    public static <T> T call(String what, Supplier<T> code) {
        long before = waits();
        T result = code.get();
        long waited = waits() - before;
        if (waited > 0) {
            throw new AssertionError(
                    what + " waited " + waited + " times; what runs on a loop or on the control thread never"
                            + " waits: hand it to scope.background(), or answer later");
        }
        return result;
    }

    private static long waits() {
        ThreadInfo info = THREADS.getThreadInfo(Thread.currentThread().getId());
        return info.getWaitedCount();
    }
}

package io.leba.testkit.contract;

import io.leba.testkit.waiting.Patience;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Notices threads that live on after the scope of the extension that started them was closed. */
final class ThreadsLeft {
    /** The JDK's own, which it starts when it likes. */
    private static final List<String> JDK = List.of(
            "Attach Listener",
            "Cleaner",
            "Common-Cleaner",
            "ForkJoinPool.commonPool",
            "Keep-Alive",
            "process reaper",
            "InnocuousThread",
            "Notification",
            "Signal Dispatcher",
            "JFR",
            "RMI");

    private final Set<Thread> before = alive();

    private static Set<Thread> alive() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    /** Fails if a thread lives that did not when this was made. Threads that are ending are given a moment. */
    void assertNone(String since) {
        long deadline = System.nanoTime() + Patience.limit().toNanos();
        List<Thread> left = left();
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(10_000_000);
            left = left();
        }
        if (!left.isEmpty()) {
            throw new AssertionError(since + " these threads are left: "
                    + left.stream().map(Thread::getName).toList() + "; end them with scope.onClose");
        }
    }

    private List<Thread> left() {
        return alive().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .filter(thread -> JDK.stream().noneMatch(thread.getName()::contains))
                .toList();
    }
}

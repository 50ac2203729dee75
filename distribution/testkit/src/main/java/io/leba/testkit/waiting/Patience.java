package io.leba.testkit.waiting;

import java.time.Duration;

/**
 * How long the test kit waits for what another thread does before it says that it does not come: long enough for a machine
 * that is busy with other things, as a wait that succeeds takes no longer than it must.
 */
public final class Patience {
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final ThreadLocal<Duration> LOST = new ThreadLocal<>();

    private Patience() {}

    /** The limit of a wait that the calling thread begins. */
    public static Duration limit() {
        Duration lost = LOST.get();
        return lost == null ? USUAL : lost;
    }

    /** Something that may throw. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run() throws Throwable;
    }

    /** Does something with less patience, for a test in which what is waited for never comes. */
    public static void lose(Duration limit, Work work) throws Throwable {
        LOST.set(limit);
        try {
            work.run();
        } finally {
            LOST.remove();
        }
    }
}

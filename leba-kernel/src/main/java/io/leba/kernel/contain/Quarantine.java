package io.leba.kernel.contain;

import io.leba.spi.OnLoop;
import io.leba.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one extension may be called. {@value #STREAK} failures in a row, with no call between them that went well, put it
 * in quarantine; after a while one call is let through, and what becomes of it decides. Called by all loops; a call that goes
 * well writes nothing that they share.
 */
public final class Quarantine implements AutoCloseable {
    /** How many failures in a row are too many. */
    public static final int STREAK = 5;

    /** How long nothing is tried. */
    public static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Logger LOGGER = LoggerFactory.getLogger(Quarantine.class);
    private static final long NOT = Long.MIN_VALUE;

    private final String what;
    private final TimeSource time;
    private final AtomicInteger activeOnes;
    private final Runnable onFailure;
    private final AtomicLong until = new AtomicLong(NOT);
    private int streak;
    private boolean hasBeenTold;

    /**
     * @param what the extension, for the log: {@code plugin com.example.x 1.0 (frontend_services[web].x)}
     * @param activeOnes how many quarantines are active
     * @param onFailure called with each failure, on the loop
     */
    public Quarantine(String what, TimeSource time, AtomicInteger activeOnes, Runnable onFailure) {
        this.what = what;
        this.time = time;
        this.activeOnes = activeOnes;
        this.onFailure = onFailure;
    }

    /** Whether it may be called now. A true in quarantine is the one trial: {@link #succeeded} or {@link #failed} must follow. */
    @OnLoop
    public boolean admits() {
        long end = until.get();
        return end == NOT || admitsTrial(end);
    }

    private boolean admitsTrial(long end) {
        long now = time.nanos();
        return now - end >= 0 && until.compareAndSet(end, now + PAUSE.toNanos());
    }

    /** A call went well. */
    @OnLoop
    public void succeeded() {
        if (streak != 0) {
            streak = 0;
            if (end()) {
                LOGGER.info("{} works again", what);
            }
        }
    }

    /** A call failed. */
    @OnLoop
    public void failed(Throwable cause) {
        onFailure.run();
        if (!hasBeenTold) {
            hasBeenTold = true;
            LOGGER.warn("{} failed with {}; further failures are counted in leba_plugin_failures", what, words(cause));
        }
        LOGGER.debug("{} failed", what, cause);
        if (++streak < STREAK) { // loops may race here; one failure more or less decides nothing
            return;
        }
        if (until.getAndSet(time.nanos() + PAUSE.toNanos()) == NOT) {
            activeOnes.incrementAndGet();
            LOGGER.error(
                    "{} failed {} times in a row, at last with {}; it is not called for {} s, then tried again",
                    what,
                    STREAK,
                    words(cause),
                    PAUSE.toSeconds());
        }
    }

    /** What was thrown and where; not what it says, which may quote what clients sent. */
    private static String words(Throwable cause) {
        StackTraceElement[] stack = cause.getStackTrace();
        return cause.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }

    private boolean end() {
        boolean was = until.getAndSet(NOT) != NOT;
        if (was) {
            activeOnes.decrementAndGet();
        }
        return was;
    }

    /** The extension is no more. Any thread. */
    @Override
    public void close() {
        end();
    }

    /** Whether it is in quarantine. Any thread. */
    public boolean isActive() {
        return until.get() != NOT;
    }
}

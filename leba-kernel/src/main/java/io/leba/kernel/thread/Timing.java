package io.leba.kernel.thread;

import io.leba.spi.TimeSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * By which clock a node's schedules, deadlines and delays go: the system's, or a test's that is turned. What the operating
 * system is asked for (connect and probe timeouts) goes by the system's clock in either case.
 *
 * @param time the clock
 * @param timer tells when a delay is over, on any thread, and is closed by whoever made it; empty: the node's own
 */
public record Timing(TimeSource time, Optional<ScheduledExecutorService> timer) {
    /** The system's clock. */
    public static final Timing SYSTEM = new Timing(TimeSource.SYSTEM, Optional.empty());

    /** A control thread by this clock. */
    public ControlThread control() {
        return timer.map(own -> ControlThread.start(time, own)).orElseGet(ControlThread::start);
    }

    /** Background threads by this clock. */
    public BackgroundPool background() {
        return timer.map(BackgroundPool::new).orElseGet(BackgroundPool::new);
    }
}

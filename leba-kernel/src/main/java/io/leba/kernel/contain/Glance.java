package io.leba.kernel.contain;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * An event loop's thread at one moment. Two of them tell one that is inside a task from one that waits for events, or would run if
 * the machine gave it time.
 *
 * @param cpuNanos what it has computed since it began; negative where that is not known
 */
record Glance(Thread.State state, List<StackTraceElement> stack, long cpuNanos) {
    /** So much computing without a tick is one task's: a turn of a loop takes a fraction of it. */
    private static final long MUCH_NANOS = 200_000_000;

    /** Who computes no more than this between two looks, and was in a system call at both, waits there. */
    private static final long LITTLE_NANOS = 5_000_000;

    private static final List<String> EVENT_WAITS = List.of("java.", "jdk.", "sun.", "io.netty.");

    /** Loaded when a loop is late for the first time, not with each start. */
    private static final class Cpu {
        static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        static long nanos(Thread thread) {
            return THREADS.isThreadCpuTimeSupported() ? THREADS.getThreadCpuTime(thread.getId()) : -1;
        }
    }

    static Glance at(Thread thread) {
        return new Glance(thread.getState(), List.of(thread.getStackTrace()), Cpu.nanos(thread));
    }

    /**
     * Whether the thread, which has shown no sign of life for long, is held up by what it does.
     *
     * @param first the first glance since that sign
     * @param previous the one before this; may be the first
     */
    boolean isHeld(Glance first, Glance previous) {
        return switch (state) {
            case BLOCKED, WAITING, TIMED_WAITING, TERMINATED -> true; // for events it waits in a system call
            case NEW -> false;
            case RUNNABLE ->
                cpuNanos < 0
                        ? !awaitsEvents()
                        : cpuNanos - first.cpuNanos >= MUCH_NANOS
                                || isInSystemCall()
                                        && previous.isInSystemCall()
                                        && cpuNanos - previous.cpuNanos < LITTLE_NANOS;
        };
    }

    private boolean isInSystemCall() {
        return !stack.isEmpty() && stack.get(0).isNativeMethod() && !awaitsEvents();
    }

    /** Where a loop waits for events there is nobody's code above it. */
    private boolean awaitsEvents() {
        return stack.stream().allMatch(frame -> EVENT_WAITS.stream().anyMatch(frame.getClassName()::startsWith));
    }
}

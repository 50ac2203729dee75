package io.leba.kernel.contain;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices event loops that are inside one task for too long, and names what holds them: the plugin whose code is uppermost on the
 * loop's stack. One that only gets no CPU is not blocked. A thread of its own looks on; loops only note when they tick.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMillis(600);
    private static final int SHOWN_FRAMES = 24;

    private final List<Watch> watches;
    private final LongAdder blocks = new LongAdder();
    private final Thread thread = new Thread(this::run, "leba-watchdog");
    private volatile boolean isClosed;

    /** Something that is to show a sign of life many times a second. */
    public interface Watched {
        /** When it did last; {@link System#nanoTime()}. */
        long lastSignNanos();

        /** Its thread; null before its first sign. */
        Thread thread();

        /** Its name, {@code loop 0}. */
        String name();
    }

    /** @param watched what is looked at, from {@link #start} on */
    public Watchdog(List<? extends Watched> watched) {
        watches = watched.stream().map(Watch::new).toList();
        thread.setDaemon(true);
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /** How often something was found blocked. Any thread. */
    public long blocks() {
        return blocks.sum();
    }

    private void run() {
        long before = System.nanoTime();
        while (!isClosed) {
            try {
                Thread.sleep(INTERVAL.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            long now = System.nanoTime();
            // If this thread was late itself, the whole process or machine stood still, and no loop is to blame.
            if (now - before < INTERVAL.multipliedBy(2).toNanos()) {
                watches.forEach(watch -> watch.look(now));
            }
            before = now;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }

    private final class Watch {
        private final Watched watched;
        private long lastSign;
        private Glance first;
        private Glance previous;
        private long blockedSince;
        private long tellAtNanos;
        private boolean isBlocked;

        Watch(Watched watched) {
            this.watched = watched;
        }

        void look(long now) {
            long sign = watched.lastSignNanos();
            boolean isLate = now - sign >= PATIENCE.toNanos();
            if (isHeldSince(sign, now) && isLate) {
                blocked(sign, now);
            } else if (isBlocked && !isLate) {
                isBlocked = false;
                LOGGER.warn("{} goes on after {} ms", watched.name(), (sign - blockedSince) / 1_000_000);
            }
        }

        private boolean isHeldSince(long sign, long now) {
            Thread thread = watched.thread();
            if (now - sign < INTERVAL.toNanos() || thread == null) {
                first = null;
                return false;
            }
            Glance glance = Glance.at(thread);
            if (first == null || sign != lastSign) {
                first = glance;
                previous = glance;
                lastSign = sign;
                return false;
            }
            boolean isHeld = glance.isHeld(first, previous);
            previous = glance;
            return isHeld;
        }

        private void blocked(long sign, long now) {
            if (!isBlocked) {
                isBlocked = true;
                blockedSince = sign;
                tellAtNanos = now;
                blocks.increment();
            }
            if (now - tellAtNanos >= 0) {
                tellAtNanos = now + (now - blockedSince); // twice as late each time
                tell(now);
            }
        }

        private void tell(long now) {
            StringBuilder text = new StringBuilder();
            previous.stack().stream()
                    .limit(SHOWN_FRAMES)
                    .forEach(frame -> text.append(System.lineSeparator())
                            .append("    at ")
                            .append(frame));
            LOGGER.error(
                    "{} has been blocked for {} ms{}; its connections wait{}",
                    watched.name(),
                    (now - blockedSince) / 1_000_000,
                    culprit(previous.stack()),
                    text);
        }
    }

    /** The uppermost code that is neither the JDK's nor a library's nor the kernel's. */
    static String culprit(List<StackTraceElement> stack) {
        for (StackTraceElement frame : stack) {
            String module = frame.getModuleName();
            boolean isOurs = module == null
                    || module.startsWith("java.")
                    || module.startsWith("jdk.")
                    || module.startsWith("io.netty.")
                    || module.equals("io.leba.kernel")
                    || module.equals("io.leba.spi");
            if (!isOurs) {
                String version = frame.getModuleVersion() == null ? "" : " " + frame.getModuleVersion();
                return " by plugin " + module + version + " in " + frame.getClassName() + "." + frame.getMethodName();
            }
        }
        return "";
    }
}

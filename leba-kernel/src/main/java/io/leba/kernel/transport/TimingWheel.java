package io.leba.kernel.transport;

import io.leba.spi.protocol.Loop.Deadline;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's deadlines (Varghese and Lauck's hashed wheel, re-armed lazily). Arming reads no clock: it notes the number of the
 * present tick, and the time runs from the tick after it, which makes a deadline up to two ticks late but never early, however
 * late the ticks themselves are. A deadline that is armed anew for later stays where it is in the wheel and is moved when its
 * slot comes up. One thread.
 */
final class TimingWheel {
    /** From tick to tick. */
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Logger LOG = LoggerFactory.getLogger(TimingWheel.class);
    private static final long TICK_MILLIS = TimeUnit.NANOSECONDS.toMillis(TICK_NANOS);
    private static final int SLOTS = 512;
    private static final int MASK = SLOTS - 1;
    private static final long RESOLVED = -1;
    private static final long MAX_MILLIS = TimeUnit.DAYS.toMillis(3650);

    private final long start;
    private final Timer[] slots = new Timer[SLOTS];
    private final long[] times = new long[SLOTS];
    private long now;
    private long tick;

    TimingWheel(long nowNanos) {
        start = nowNanos;
        now = nowNanos;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Timer(this, null);
        }
    }

    /** The time of the last {@link #advance}. */
    long nanos() {
        return now;
    }

    Deadline deadline(Runnable onExpired) {
        return new Timer(this, onExpired);
    }

    /** Fires what is due. */
    void advance(long nowNanos) {
        now = nowNanos;
        long target = (nowNanos - start) / TICK_NANOS;
        if (target <= tick) {
            return;
        }
        long first = tick + 1;
        if (target - tick > MASK) {
            // Hours may have passed, as on a laptop that slept: more ticks than the wheel remembers the times of.
            resolveAll();
            first = target - MASK;
        }
        tick = target;
        for (long t = first; t <= target; t++) {
            times[(int) t & MASK] = nowNanos;
            visit(slots[(int) t & MASK]);
        }
    }

    private void resolveAll() {
        times[(int) (tick + 1) & MASK] = now;
        for (Timer slot : slots) {
            for (Timer timer = slot.next; timer != slot; timer = timer.next) {
                timer.resolve();
            }
        }
    }

    private void visit(Timer slot) {
        if (slot.next == slot) {
            return;
        }
        // The slot is emptied first: what fires may put deadlines back into it.
        Timer chain = new Timer(this, null);
        chain.takeOver(slot);
        while (chain.next != chain) {
            Timer timer = chain.next;
            timer.unlink();
            if (timer.isArmed) {
                fireOrKeep(timer);
            }
        }
    }

    private void fireOrKeep(Timer timer) {
        if (timer.armedTick == tick) {
            // Armed by what fired in this very tick: the time runs from the next one.
            timer.link(tick + 1 + ticks(timer.millis));
            return;
        }
        timer.resolve();
        long left = timer.dueNanos - now;
        if (left > 0) {
            timer.link(tick + (left + TICK_NANOS - 1) / TICK_NANOS);
            return;
        }
        timer.isArmed = false;
        try {
            timer.onExpired.run();
        } catch (Throwable e) {
            LOG.warn("what a deadline called failed", e);
        }
    }

    private static long ticks(long millis) {
        return (millis + TICK_MILLIS - 1) / TICK_MILLIS;
    }

    /** A deadline, and the head of a slot's list. */
    private static final class Timer implements Deadline {
        private final TimingWheel wheel;
        private final Runnable onExpired;
        private Timer next = this;
        private Timer previous = this;
        private long slot;
        private boolean isArmed;
        private boolean isClosed;
        private long millis;
        private long armedTick = RESOLVED;
        private long dueNanos;

        Timer(TimingWheel wheel, Runnable onExpired) {
            this.wheel = wheel;
            this.onExpired = onExpired;
        }

        @Override
        public void arm(long millis) {
            if (isClosed) {
                throw new IllegalStateException("the deadline is closed");
            }
            long time = Math.min(Math.max(millis, 0), MAX_MILLIS);
            this.millis = time;
            isArmed = true;
            armedTick = wheel.tick;
            long wanted = wheel.tick + 1 + ticks(time);
            if (next == this) {
                link(wanted);
            } else if (wanted < slot) {
                unlink();
                link(wanted);
            }
        }

        /** Notes the time at which it is due, once the tick is known from which it runs. */
        private void resolve() {
            if (armedTick != RESOLVED) {
                dueNanos = wheel.times[(int) (armedTick + 1) & MASK] + TimeUnit.MILLISECONDS.toNanos(millis);
                armedTick = RESOLVED;
            }
        }

        @Override
        public void disarm() {
            isArmed = false;
        }

        @Override
        public void close() {
            isArmed = false;
            isClosed = true;
            unlink();
        }

        /** Into the slot of the tick, or as far ahead as the wheel goes; there it is looked at and moved on. */
        private void link(long wantedTick) {
            slot = Math.min(wantedTick, wheel.tick + MASK);
            Timer head = wheel.slots[(int) slot & MASK];
            previous = head.previous;
            next = head;
            previous.next = this;
            head.previous = this;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            next = this;
            previous = this;
        }

        /** Moves all that hangs on the other head to this one. */
        private void takeOver(Timer head) {
            next = head.next;
            previous = head.previous;
            next.previous = this;
            previous.next = this;
            head.next = head;
            head.previous = head;
        }
    }
}

package io.leba.plugin.protocol.tcp;

import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** A loop on a real event loop of Netty's, whose deadlines pass when the test says so. */
final class FakeLoop implements Loop {
    private final EventLoop eventLoop;
    private final ConnectionPool pool;
    private final List<Timer> timers = new ArrayList<>();
    private long nowMillis;

    FakeLoop(EventLoop eventLoop, ConnectionPool pool) {
        this.eventLoop = eventLoop;
        this.pool = pool;
    }

    /** Lets time pass for deadlines; on the loop. */
    void advance(long millis) {
        nowMillis += millis;
        for (Timer timer : List.copyOf(timers)) {
            if (timer.isArmed && timer.dueMillis <= nowMillis) {
                timer.isArmed = false;
                timer.onExpired.run();
            }
        }
    }

    /** Deadlines that nobody has closed. */
    int openDeadlines() {
        return timers.size();
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public ConnectionPool pool() {
        return pool;
    }

    @Override
    public Deadline deadline(Runnable onExpired) {
        Timer timer = new Timer(onExpired);
        timers.add(timer);
        return timer;
    }

    @Override
    public long coarseNanos() {
        return System.nanoTime();
    }

    @Override
    public long epochSeconds() {
        return System.currentTimeMillis() / 1000;
    }

    private final class Timer implements Deadline {
        private final Runnable onExpired;
        private boolean isArmed;
        private long dueMillis;

        Timer(Runnable onExpired) {
            this.onExpired = onExpired;
        }

        @Override
        public void arm(long millis) {
            isArmed = true;
            dueMillis = nowMillis + millis;
        }

        @Override
        public void disarm() {
            isArmed = false;
        }

        @Override
        public void close() {
            isArmed = false;
            timers.remove(this);
        }
    }
}

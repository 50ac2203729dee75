package io.leba.kernel.transport;

import io.leba.kernel.contain.Watchdog;
import io.leba.spi.TimeSource;
import io.leba.spi.protocol.BufferBudget;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * An event loop with what belongs to it: a coarse clock, deadlines, the shared read buffer and the connection pool. Its
 * thread owns all of it; what other threads may call is said at the method.
 */
public final class KernelLoop implements Loop, Watchdog.Watched {
    /** The index of the loop that serves no traffic; loop counters have no cell for it. */
    public static final int ASIDE = -1;

    private final int index;
    private final EventLoop eventLoop;
    private final ByteBufAllocator allocator;
    private final TimeSource time;
    private final TimingWheel wheel;
    private final ReadBuffers shared;
    private final RecvByteBufAllocator reads;
    private final List<Runnable> onTick = new ArrayList<>();
    private ConnectionPool pool;
    private long epochSeconds;
    private volatile long lastSignNanos = System.nanoTime();
    private volatile Thread thread;
    private BufferBudget buffers = BufferBudget.UNLIMITED;

    KernelLoop(int index, EventLoop eventLoop, ByteBufAllocator allocator, TimeSource time, boolean ownsBuffersEarly) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.allocator = allocator;
        this.time = time;
        wheel = new TimingWheel(time.nanos());
        shared = new ReadBuffers(allocator);
        reads = ownsBuffersEarly ? new HeadroomReads() : shared;
        epochSeconds = time.now().getEpochSecond();
    }

    /** Begins to tick; any thread. */
    void start() {
        eventLoop.scheduleAtFixedRate(this::tick, TimingWheel.TICK_NANOS, TimingWheel.TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    /** One tick. */
    void tick() {
        if (thread == null) {
            thread = Thread.currentThread();
        }
        lastSignNanos = System.nanoTime();
        epochSeconds = time.now().getEpochSecond();
        wheel.advance(time.nanos());
        for (int i = 0; i < onTick.size(); i++) {
            onTick.get(i).run();
        }
    }

    /** The last thing that the loop does. */
    void dispose() {
        shared.close();
    }

    /** Gives the loop its part in what may be held, before it starts. */
    void attach(BufferBudget budget) {
        buffers = budget;
    }

    /** Gives the loop its pool, before it carries traffic. Any thread. */
    public void attach(ConnectionPool pool) {
        execute(() -> this.pool = pool);
    }

    /** Calls the action with each tick from now on. Any thread. */
    public void everyTick(Runnable action) {
        execute(() -> onTick.add(action));
    }

    /** Runs the task on the loop; at once if the caller is the loop. A loop that has ended drops it. Any thread. */
    public void execute(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and with it everything that the task could have touched.
        }
    }

    /** Whether the caller is the loop. Any thread. */
    public boolean isCurrent() {
        return eventLoop.inEventLoop();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public ByteBufAllocator allocator() {
        return allocator;
    }

    @Override
    public ConnectionPool pool() {
        return pool;
    }

    @Override
    public BufferBudget buffers() {
        return buffers;
    }

    @Override
    public Deadline deadline(Runnable onExpired) {
        return wheel.deadline(onExpired);
    }

    @Override
    public long coarseNanos() {
        return wheel.nanos();
    }

    @Override
    public long epochSeconds() {
        return epochSeconds;
    }

    /** What stream channels of this loop read into. */
    RecvByteBufAllocator reads() {
        return reads;
    }

    /** The shared read buffer, empty, behind its headroom; the taker releases it. */
    public ByteBuf takeReadBuffer() {
        return shared.take();
    }

    @Override
    public long lastSignNanos() {
        return lastSignNanos;
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public String name() {
        return "event " + this;
    }

    @Override
    public String toString() {
        return index == ASIDE ? "aside loop" : "loop " + index;
    }
}

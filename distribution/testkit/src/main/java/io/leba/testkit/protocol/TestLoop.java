package io.leba.testkit.protocol;

import io.leba.spi.protocol.BufferBudget;
import io.leba.spi.protocol.Loop;
import io.leba.testkit.TurnableTime;
import io.leba.testkit.waiting.Patience;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real event loop whose deadlines wait for the test's clock, with one shared read buffer as the kernel has it. */
public final class TestLoop implements Loop {
    private static final int READ_BUFFER = 64 << 10;
    private static final long EPOCH_SECONDS = 1_000_000_000L;

    private final EventLoop eventLoop;
    private final TurnableTime time;
    private final TestPool pool;
    private final Runnable settle;
    private final SharedReads reads = new SharedReads();
    private final BufferBudget buffers = new BufferBudget() {
        @Override
        public boolean isSpent() {
            return isSpent;
        }

        @Override
        public void held(long bytes) {
            heldOnHeap += bytes;
        }
    };
    private final List<TestDeadline> deadlines = new ArrayList<>();
    private volatile int readSize = READ_BUFFER;
    private volatile int readBuffersMade;
    private volatile boolean isSpent;
    private long heldOnHeap;

    TestLoop(EventLoop eventLoop, TurnableTime time, Transport transport, Runnable settle) {
        this.eventLoop = eventLoop;
        this.time = time;
        this.settle = settle;
        this.pool = new TestPool(this, transport);
    }

    /** Lets each read take no more bytes than this. Any thread. */
    public void readAtMost(int bytes) {
        readSize = bytes;
    }

    /** Says that the buffer budget is spent, or that it is not. Any thread. */
    public void spendBuffers(boolean spent) {
        isSpent = spent;
    }

    /** What the protocol holds on the heap for its peers, as it says. Any other thread. */
    public long heldOnHeap() {
        return ask(() -> heldOnHeap);
    }

    /** How many read buffers were made: one, unless somebody kept it beyond the read. Any thread. */
    public int readBuffersMade() {
        return readBuffersMade;
    }

    /**
     * Turns the clock and fires what is due, after the protocol has seen what clients did before: see
     * {@link TestKernel#settle}. Returns when done. Any other thread than the loop.
     */
    public void turn(Duration by) {
        settle.run();
        run(() -> {
            time.advance(by);
            for (TestDeadline deadline : List.copyOf(deadlines)) {
                deadline.fireIfDue();
            }
        });
    }

    /** Runs something on the loop and waits for it. Any other thread. */
    public void run(Runnable task) {
        ask(() -> {
            task.run();
            return null;
        });
    }

    /** Asks something on the loop. Any other thread. */
    public <T> T ask(Callable<T> question) {
        try {
            return eventLoop.submit(question).get(Patience.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** How many deadlines are not closed. Any other thread. */
    public int openDeadlines() {
        return ask(deadlines::size);
    }

    void close() {
        run(() -> {
            pool.close();
            reads.close();
        });
    }

    void configure(Channel channel) {
        channel.config().setRecvByteBufAllocator(reads);
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
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
    public TestPool pool() {
        return pool;
    }

    @Override
    public BufferBudget buffers() {
        return buffers;
    }

    @Override
    public Deadline deadline(Runnable onExpired) {
        TestDeadline deadline = new TestDeadline(onExpired);
        deadlines.add(deadline);
        return deadline;
    }

    @Override
    public long coarseNanos() {
        return time.nanos();
    }

    /** Counts from the ninth of September 2001, 01:46:40. */
    @Override
    public long epochSeconds() {
        return EPOCH_SECONDS + TimeUnit.NANOSECONDS.toSeconds(time.nanos());
    }

    /** Gives out the shared buffer while nobody keeps it, and another one otherwise. */
    private final class SharedReads extends DefaultMaxMessagesRecvByteBufAllocator {
        private ByteBuf shared;

        @Override
        @SuppressWarnings("deprecation")
        public Handle newHandle() {
            return new MaxMessageHandle() {
                @Override
                public int guess() {
                    return readSize;
                }

                @Override
                public ByteBuf allocate(ByteBufAllocator alloc) {
                    return take(READ_HEADROOM + readSize);
                }
            };
        }

        private ByteBuf take(int capacity) {
            if (shared == null || shared.refCnt() != 1 || shared.capacity() != capacity) {
                close();
                readBuffersMade = readBuffersMade + 1;
                shared = PooledByteBufAllocator.DEFAULT.directBuffer(capacity, capacity);
            }
            return shared.setIndex(READ_HEADROOM, READ_HEADROOM).retain();
        }

        void close() {
            if (shared != null) {
                shared.release();
                shared = null;
            }
        }
    }

    private final class TestDeadline implements Deadline {
        private final Runnable onExpired;
        private long due = Long.MAX_VALUE;
        private boolean isClosed;

        TestDeadline(Runnable onExpired) {
            this.onExpired = onExpired;
        }

        void fireIfDue() {
            if (time.nanos() >= due) {
                due = Long.MAX_VALUE;
                onExpired.run();
            }
        }

        @Override
        public void arm(long millis) {
            if (isClosed) {
                throw new IllegalStateException("the deadline is closed");
            }
            due = time.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        }

        @Override
        public void disarm() {
            due = Long.MAX_VALUE;
        }

        @Override
        public void close() {
            disarm();
            isClosed = true;
            deadlines.remove(this);
        }
    }
}

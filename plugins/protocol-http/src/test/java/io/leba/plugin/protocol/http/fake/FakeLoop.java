package io.leba.plugin.protocol.http.fake;

import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A loop whose clock stands still until it is turned, with one shared read buffer as the kernel has it. */
public final class FakeLoop implements Loop {
    private static final int READ_BUFFER = 64 << 10;
    private final int index;
    private final EventLoop eventLoop;
    private final FakePool pool;
    private final List<FakeDeadline> deadlines = new ArrayList<>();
    private ByteBuf shared;
    private long turned;
    private int readSize = READ_BUFFER;
    private int readBuffers;

    FakeLoop(int index, EventLoop eventLoop, FakeKernel kernel) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.pool = new FakePool(this, kernel);
    }

    /** Lets each read take no more bytes than this. */
    public void readAtMost(int bytes) {
        readSize = bytes;
    }

    /** Turns the clock and fires what is due. Any thread; returns when done. */
    public void turn(Duration by) {
        run(() -> {
            turned += by.toNanos();
            for (FakeDeadline deadline : new ArrayList<>(deadlines)) {
                deadline.fireIfDue();
            }
        });
    }

    /** Runs something on the loop and waits for it. */
    public void run(Runnable task) {
        try {
            eventLoop.submit(task).get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** How many deadlines are not closed. */
    public int deadlines() {
        return deadlines.size();
    }

    void close() {
        run(() -> {
            pool.close();
            if (shared != null) {
                shared.release();
                shared = null;
            }
        });
    }

    /** How many read buffers were made: one, unless somebody kept it. */
    public int readBuffersMade() {
        return readBuffers;
    }

    /** Gives out the shared buffer while nobody keeps it, and another one otherwise. */
    DefaultMaxMessagesRecvByteBufAllocator readBuffers() {
        return new DefaultMaxMessagesRecvByteBufAllocator() {
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
                        if (shared == null || shared.refCnt() != 1 || shared.capacity() != readSize + READ_HEADROOM) {
                            if (shared != null) {
                                shared.release();
                            }
                            readBuffers++;
                            shared = PooledByteBufAllocator.DEFAULT.directBuffer(
                                    readSize + READ_HEADROOM, readSize + READ_HEADROOM);
                        }
                        return shared.setIndex(READ_HEADROOM, READ_HEADROOM).retain();
                    }
                };
            }
        };
    }

    static void configure(ChannelConfig config, FakeLoop loop) {
        config.setRecvByteBufAllocator(loop.readBuffers());
        config.setAllocator(PooledByteBufAllocator.DEFAULT);
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
        return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public ConnectionPool pool() {
        return pool;
    }

    /** The pool, as tests see it. */
    public FakePool fakePool() {
        return pool;
    }

    @Override
    public Deadline deadline(Runnable onExpired) {
        FakeDeadline deadline = new FakeDeadline(onExpired);
        deadlines.add(deadline);
        return deadline;
    }

    @Override
    public long coarseNanos() {
        return turned;
    }

    @Override
    public long epochSeconds() {
        return 1_000_000_000L + TimeUnit.NANOSECONDS.toSeconds(turned);
    }

    private final class FakeDeadline implements Deadline {
        private final Runnable onExpired;
        private long due = Long.MAX_VALUE;
        private boolean isClosed;

        FakeDeadline(Runnable onExpired) {
            this.onExpired = onExpired;
        }

        void fireIfDue() {
            if (turned >= due) {
                due = Long.MAX_VALUE;
                onExpired.run();
            }
        }

        @Override
        public void arm(long millis) {
            if (isClosed) {
                throw new IllegalStateException("the deadline is closed");
            }
            due = turned + TimeUnit.MILLISECONDS.toNanos(millis);
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

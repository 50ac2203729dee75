package io.leba.kernel.transport;

import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The buffer that all stream channels of a loop read into. It is used again as soon as nobody but this object holds it, so
 * that a loop that keeps up reads without allocating; whoever keeps it makes the next read get a new one. In front of what
 * is read there is room for {@link Loop#READ_HEADROOM} bytes. One thread.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /** A full size class of the pool; a body of 64 KiB comes with its head in one read. */
    private static final int CAPACITY = 80 * 1024;

    /** How often a channel that fills the buffer is read before it is the others' turn. */
    private static final int MAX_READS = 4;

    private final ByteBufAllocator allocator;
    private ByteBuf shared;

    ReadBuffers(ByteBufAllocator allocator) {
        super(MAX_READS);
        this.allocator = allocator;
    }

    /** The shared buffer, empty, behind its headroom; the taker releases it. */
    ByteBuf take() {
        ByteBuf buffer = shared;
        if (buffer == null || buffer.refCnt() != 1) {
            buffer = renew();
        }
        return buffer.retain().setIndex(Loop.READ_HEADROOM, Loop.READ_HEADROOM);
    }

    private ByteBuf renew() {
        close();
        shared = allocator.directBuffer(CAPACITY, CAPACITY);
        return shared;
    }

    /** Lets go of the buffer. */
    void close() {
        if (shared != null) {
            shared.release();
            shared = null;
        }
    }

    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator channelAllocator) {
                return take();
            }

            @Override
            public int guess() {
                return CAPACITY - Loop.READ_HEADROOM;
            }
        };
    }
}

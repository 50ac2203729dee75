package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {
    private final ReadBuffers buffers = new ReadBuffers(PooledByteBufAllocator.DEFAULT);

    @AfterEach
    void close() {
        buffers.close();
    }

    @Test
    void aBufferThatWasReleasedIsUsedAgain() {
        ByteBuf first = buffers.take();
        first.writeInt(1);
        first.release();
        ByteBuf second = buffers.take();

        assertSame(first, second);
        assertEquals(0, second.readableBytes());
        second.release();
    }

    @Test
    void aBufferThatSomebodyKeepsIsNotTouchedAgain() {
        ByteBuf kept = buffers.take();
        kept.writeLong(42);
        ByteBuf next = buffers.take();
        assertNotSame(kept, next);
        next.writeLong(43);

        assertEquals(42, kept.readLong());
        kept.release();
        assertEquals(0, kept.refCnt(), "a buffer that was given up belongs to its keeper alone");
        ByteBuf third = buffers.take();
        assertNotSame(next, third);
        next.release();
        third.release();
    }

    @Test
    void aSliceKeepsTheBufferToo() {
        ByteBuf buffer = buffers.take();
        buffer.writeLong(42);
        ByteBuf slice = buffer.readRetainedSlice(8);
        buffer.release();
        ByteBuf next = buffers.take();
        next.writeLong(43);

        assertEquals(42, slice.readLong());
        slice.release();
        next.release();
    }

    @Test
    void leavesRoomInFrontAndForABodyWithItsHead() {
        ByteBuf buffer = buffers.take();

        assertEquals(Loop.READ_HEADROOM, buffer.readerIndex());
        assertTrue(buffer.writableBytes() >= 64 * 1024 + 8 * 1024, "room for " + buffer.writableBytes());
        assertTrue(buffer.isDirect());
        assertEquals(buffer.capacity(), buffer.maxCapacity());
        buffer.release();
    }
}

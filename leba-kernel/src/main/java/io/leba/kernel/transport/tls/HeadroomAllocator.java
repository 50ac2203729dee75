package io.leba.kernel.transport.tls;

import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;

/**
 * For channels whose TLS is native: a direct buffer of a wanted size, which is what plain text is written into, begins behind
 * {@link Loop#READ_HEADROOM} bytes. So what is decrypted is where protocols want it, without a copy. Everything else comes
 * from the allocator behind it as it is.
 */
final class HeadroomAllocator implements ByteBufAllocator {
    private final ByteBufAllocator allocator;

    HeadroomAllocator(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public ByteBuf directBuffer(int capacity) {
        return allocator.directBuffer(Loop.READ_HEADROOM + capacity).setIndex(Loop.READ_HEADROOM, Loop.READ_HEADROOM);
    }

    @Override
    public ByteBuf directBuffer() {
        return allocator.directBuffer();
    }

    @Override
    public ByteBuf directBuffer(int capacity, int most) {
        return allocator.directBuffer(capacity, most);
    }

    @Override
    public ByteBuf buffer() {
        return allocator.buffer();
    }

    @Override
    public ByteBuf buffer(int capacity) {
        return allocator.buffer(capacity);
    }

    @Override
    public ByteBuf buffer(int capacity, int most) {
        return allocator.buffer(capacity, most);
    }

    @Override
    public ByteBuf ioBuffer() {
        return allocator.ioBuffer();
    }

    @Override
    public ByteBuf ioBuffer(int capacity) {
        return allocator.ioBuffer(capacity);
    }

    @Override
    public ByteBuf ioBuffer(int capacity, int most) {
        return allocator.ioBuffer(capacity, most);
    }

    @Override
    public ByteBuf heapBuffer() {
        return allocator.heapBuffer();
    }

    @Override
    public ByteBuf heapBuffer(int capacity) {
        return allocator.heapBuffer(capacity);
    }

    @Override
    public ByteBuf heapBuffer(int capacity, int most) {
        return allocator.heapBuffer(capacity, most);
    }

    @Override
    public CompositeByteBuf compositeBuffer() {
        return allocator.compositeBuffer();
    }

    @Override
    public CompositeByteBuf compositeBuffer(int components) {
        return allocator.compositeBuffer(components);
    }

    @Override
    public CompositeByteBuf compositeHeapBuffer() {
        return allocator.compositeHeapBuffer();
    }

    @Override
    public CompositeByteBuf compositeHeapBuffer(int components) {
        return allocator.compositeHeapBuffer(components);
    }

    @Override
    public CompositeByteBuf compositeDirectBuffer() {
        return allocator.compositeDirectBuffer();
    }

    @Override
    public CompositeByteBuf compositeDirectBuffer(int components) {
        return allocator.compositeDirectBuffer(components);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return allocator.isDirectBufferPooled();
    }

    @Override
    public int calculateNewCapacity(int least, int most) {
        return allocator.calculateNewCapacity(least, most);
    }
}

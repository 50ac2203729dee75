package io.leba.kernel.transport;

import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Gives each read a buffer of its own, as large as the channel's last reads suggest, with headroom. For transports that hand
 * the buffer to the operating system long before there is anything to read (io_uring): a shared one would never be free.
 */
final class HeadroomReads implements RecvByteBufAllocator {
    private static final int LEAST = 1024;
    private static final int FIRST = 4 * 1024;
    private static final int MOST = 64 * 1024;

    private final AdaptiveRecvByteBufAllocator sizes = new AdaptiveRecvByteBufAllocator(LEAST, FIRST, MOST);

    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return new HeadroomHandle(sizes.newHandle());
    }

    private static final class HeadroomHandle extends DelegatingHandle implements ExtendedHandle {
        @SuppressWarnings("deprecation")
        HeadroomHandle(Handle sizes) {
            super(sizes);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.ioBuffer(Loop.READ_HEADROOM + guess()).setIndex(Loop.READ_HEADROOM, Loop.READ_HEADROOM);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return ((ExtendedHandle) delegate()).continueReading(maybeMoreData);
        }
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A request's body, as it was sent, kept in case it has to be sent again; given up as soon as it is larger than it may be. */
final class HeldBody {
    private ByteBuf held;
    private int limit = -1;

    /** Holds up to so much of the body that begins with this piece; less than 0: nothing. */
    void begin(ByteBufAllocator allocator, ByteBuf first, int most) {
        release();
        limit = most;
        add(allocator, first);
    }

    /** A further piece, which is copied; null: nothing. */
    void add(ByteBufAllocator allocator, ByteBuf piece) {
        int count = piece == null ? 0 : piece.readableBytes();
        if (limit < 0 || count == 0) {
            return;
        }
        if (count > limit) {
            release();
            return;
        }
        if (held == null) {
            held = allocator.directBuffer(count);
        }
        held.writeBytes(piece, piece.readerIndex(), count);
        limit -= count;
    }

    /** Whether all that was sent so far is held. */
    boolean isWhole() {
        return limit >= 0;
    }

    /** What is held, to be given away, while it stays held; null: it is empty. */
    ByteBuf copy(ByteBufAllocator allocator) {
        return held == null ? null : Placement.copy(allocator, held, held.readerIndex(), held.readableBytes());
    }

    /** Gives it up. */
    void release() {
        Placement.release(held);
        held = null;
        limit = -1;
    }
}

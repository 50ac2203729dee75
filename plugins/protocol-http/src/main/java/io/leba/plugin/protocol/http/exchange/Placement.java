package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Lays a composed head in front of the bytes that follow it: where it was received if there is room, or in a new buffer. */
public final class Placement {
    /** {@code headFrom}: the head is not in the buffer in one piece. */
    public static final int ELSEWHERE = -1;

    private static final int HEADROOM = 64;

    private Placement() {}

    /**
     * Makes the message.
     *
     * @param rest the index in the head from which on it is sent as received
     * @param composed what goes in front of that
     * @param body what follows the head, from its reader index on; given away; null: nothing
     * @param headFrom where the head starts in the body's buffer, or {@link #ELSEWHERE}
     */
    public static ByteBuf message(
            ByteBufAllocator allocator, Head head, int rest, Bytes composed, ByteBuf body, int headFrom) {
        int start = headFrom + rest - composed.length();
        if (headFrom >= 0 && start >= 0) {
            body.setBytes(start, composed.array(), 0, composed.length());
            return body.readerIndex(start);
        }
        int count = body == null ? 0 : body.readableBytes();
        ByteBuf whole = allocator.directBuffer(HEADROOM + composed.length() + head.end() - rest + count);
        whole.setIndex(HEADROOM, HEADROOM);
        whole.writeBytes(composed.array(), 0, composed.length());
        whole.writeBytes(head.bytes(), rest, head.end() - rest);
        if (count > 0) {
            whole.writeBytes(body);
        }
        release(body);
        return whole;
    }

    /** A copy of what is readable in a buffer of its own size, or null if nothing is; the given one is released. */
    static ByteBuf detached(ByteBufAllocator allocator, ByteBuf given) {
        if (given == null) {
            return null;
        }
        ByteBuf copy = copy(allocator, given, given.readerIndex(), given.readableBytes());
        given.release();
        return copy;
    }

    /** A copy of some bytes, or null if there are none. */
    static ByteBuf copy(ByteBufAllocator allocator, ByteBuf buf, int from, int count) {
        return count == 0 ? null : allocator.directBuffer(count).writeBytes(buf, from, count);
    }

    /** A copy with room in front; the given one is released. */
    static ByteBuf withHeadroom(ByteBufAllocator allocator, ByteBuf given, int headroom) {
        ByteBuf roomy = allocator.directBuffer(headroom + given.readableBytes());
        roomy.setIndex(headroom, headroom).writeBytes(given);
        given.release();
        return roomy;
    }

    /** Adds bytes behind a piece, in a new buffer. */
    static ByteBuf append(ByteBufAllocator allocator, ByteBuf piece, Bytes tail) {
        int count = piece == null ? 0 : piece.readableBytes();
        ByteBuf whole = allocator.directBuffer(count + tail.length());
        if (piece != null) {
            whole.writeBytes(piece);
            piece.release();
        }
        return whole.writeBytes(tail.array(), 0, tail.length());
    }

    static void release(ByteBuf buf) {
        if (buf != null) {
            buf.release();
        }
    }
}

package io.leba.plugin.protocol.http.body;

import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Frames data that has no chunks as a chunked body (RFC 9112 §7.1). The data itself is not touched: what goes in front of a
 * piece is a buffer of its own, which ends the chunk before it as well. One message at a time, on its loop.
 */
public final class ChunkFrame {
    private static final int LONGEST = 2 + 8 + 2;

    private boolean isFirst;

    /** No message yet. */
    public ChunkFrame() {}

    /** A body begins. */
    public void begin() {
        isFirst = true;
    }

    /** What goes in front of a piece of that many bytes, at least one. */
    public ByteBuf before(ByteBufAllocator allocator, int count) {
        ByteBuf out = allocator.directBuffer(LONGEST);
        endChunk(out);
        boolean isLeading = true;
        for (int shift = 28; shift >= 0; shift -= 4) {
            int digit = count >>> shift & 0xf;
            isLeading &= digit == 0;
            if (!isLeading) {
                out.writeByte("0123456789abcdef".charAt(digit));
            }
        }
        isFirst = false;
        return out.writeByte('\r').writeByte('\n');
    }

    /**
     * What goes behind the last piece.
     *
     * @param trailers lines with an empty one behind them; null: none
     */
    public ByteBuf end(ByteBufAllocator allocator, Bytes trailers) {
        ByteBuf out = allocator.directBuffer(LONGEST + (trailers == null ? 0 : trailers.length()));
        endChunk(out);
        out.writeByte('0').writeByte('\r').writeByte('\n');
        return trailers == null
                ? out.writeByte('\r').writeByte('\n')
                : out.writeBytes(trailers.array(), 0, trailers.length());
    }

    private void endChunk(ByteBuf out) {
        if (!isFirst) {
            out.writeByte('\r').writeByte('\n');
        }
    }
}

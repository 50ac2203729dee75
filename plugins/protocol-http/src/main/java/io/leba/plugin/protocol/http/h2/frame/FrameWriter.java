package io.leba.plugin.protocol.http.h2.frame;

import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * Writes frames, all that a turn of the loop brings into one buffer: so what many streams have to say leaves in one send. Data is copied
 * in, which is cheaper than a vector of small pieces, and frees the loop's read buffer at once. One connection's.
 */
public final class FrameWriter {
    private static final int FIRST_BATCH = 8 << 10;
    private static final int NEXT_BATCH = 32 << 10;

    private final FrameOutput output;
    private ByteBuf batch;
    private boolean isLarge;

    /** A writer. */
    public FrameWriter(FrameOutput output) {
        this.output = output;
    }

    private ByteBuf frame(int length, int type, int flags, int stream) {
        int size = FrameType.HEADER + length;
        if (batch != null && batch.writableBytes() < size) {
            output.write(batch);
            batch = null;
            isLarge = true;
        }
        if (batch == null) {
            batch = output.allocator().directBuffer(Math.max(isLarge ? NEXT_BATCH : FIRST_BATCH, size));
            output.flushLater();
        }
        return batch.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    /** Hands all that was written to the output, and has it sent. */
    public void flush() {
        isLarge = false;
        if (batch != null) {
            ByteBuf full = batch;
            batch = null;
            output.write(full);
        }
        output.flush();
    }

    /** How many bytes wait for {@link #flush}. */
    public int pending() {
        return batch == null ? 0 : batch.readableBytes();
    }

    /** Drops what was not flushed. */
    public void close() {
        if (batch != null) {
            batch.release();
            batch = null;
        }
    }

    /** Bytes without a frame around them. */
    public void raw(byte[] bytes) {
        if (batch == null) {
            batch = output.allocator().directBuffer(FIRST_BATCH);
            output.flushLater();
        }
        batch.writeBytes(bytes);
    }

    /** SETTINGS: numbers and values in turn. */
    public void settings(int... pairs) {
        ByteBuf out = frame(pairs.length * 3, FrameType.SETTINGS, 0, 0);
        for (int i = 0; i < pairs.length; i += 2) {
            out.writeShort(pairs[i]).writeInt(pairs[i + 1]);
        }
    }

    /** SETTINGS that acknowledges. */
    public void settingsAck() {
        frame(0, FrameType.SETTINGS, FrameType.ACK, 0);
    }

    /** PING. */
    public void ping(long data) {
        frame(8, FrameType.PING, 0, 0).writeLong(data);
    }

    /** PING that answers. */
    public void pingAck(byte[] data, int from) {
        frame(8, FrameType.PING, FrameType.ACK, 0).writeBytes(data, from, 8);
    }

    /** GOAWAY. */
    public void goAway(int lastStream, ErrorCode code) {
        frame(8, FrameType.GOAWAY, 0, 0).writeInt(lastStream).writeInt(code.ordinal());
    }

    /** RST_STREAM. */
    public void reset(int stream, ErrorCode code) {
        frame(4, FrameType.RST_STREAM, 0, stream).writeInt(code.ordinal());
    }

    /** WINDOW_UPDATE. */
    public void windowUpdate(int stream, int increment) {
        frame(4, FrameType.WINDOW_UPDATE, 0, stream).writeInt(increment);
    }

    /** A field block: HEADERS, and as many CONTINUATION frames as it takes. */
    public void block(int stream, Bytes block, boolean isLast) {
        int length = block.length();
        int at = 0;
        do {
            int count = Math.min(length - at, FrameType.LARGEST);
            int flags = at + count == length ? FrameType.END_HEADERS : 0;
            if (at == 0 && isLast) {
                flags |= FrameType.END_STREAM;
            }
            frame(count, at == 0 ? FrameType.HEADERS : FrameType.CONTINUATION, flags, stream)
                    .writeBytes(block.array(), at, count);
            at += count;
        } while (at < length);
    }

    /** The header of a DATA frame, whose payload is to be written to what is returned. */
    public ByteBuf data(int stream, int length, boolean isLast) {
        return frame(length, FrameType.DATA, isLast ? FrameType.END_STREAM : 0, stream);
    }
}

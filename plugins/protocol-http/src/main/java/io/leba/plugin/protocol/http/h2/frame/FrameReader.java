package io.leba.plugin.protocol.http.h2.frame;

import io.netty.buffer.ByteBuf;

/**
 * Cuts bytes into frames, wherever the reads end. DATA goes on as it comes; of other frames, what came too early for its end is kept, a
 * frame's size at the most, which the sink bounds in {@link FrameSink#begins}. One connection's, on its loop.
 */
public final class FrameReader {
    private static final byte[] NOTHING = {};
    private static final int KEPT = 512;

    private enum State {
        HEADER,
        PAYLOAD,
        PAD_LENGTH,
        DATA,
        PADDING
    }

    private final FrameHeader header = new FrameHeader();
    private final byte[] scratch;
    private final byte[] headerBytes = new byte[FrameType.HEADER];
    private State state = State.HEADER;
    private byte[] partial = NOTHING;
    private int filled;
    private int remaining;
    private int padding;

    /**
     * A reader.
     *
     * @param scratch room for the largest payload, shared by the connections of a loop
     */
    public FrameReader(byte[] scratch) {
        this.scratch = scratch;
    }

    /** Whether it is between two frames. */
    public boolean isBetweenFrames() {
        return state == State.HEADER && filled == 0;
    }

    /** Whether it is inside of a frame's header, or of the payload of one that is no data. */
    public boolean isInPayload() {
        return state == State.PAYLOAD || state == State.HEADER && filled > 0;
    }

    /** Reads all there is, unless the sink stops it; the buffer stays the caller's. */
    public void read(ByteBuf buf, FrameSink sink) {
        boolean goesOn = true;
        while (goesOn && (buf.isReadable() || isEmptyStep())) {
            goesOn = switch (state) {
                case HEADER -> readHeader(buf, sink);
                case PAYLOAD -> readPayload(buf, sink);
                case PAD_LENGTH -> readPadLength(buf, sink);
                case DATA -> readData(buf, sink);
                case PADDING -> readPadding(buf, sink);
            };
        }
    }

    /** Whether the next step needs no byte. */
    private boolean isEmptyStep() {
        return switch (state) {
            case HEADER, PAD_LENGTH -> false;
            case PAYLOAD -> header.length == 0;
            case DATA -> remaining == 0;
            case PADDING -> padding == 0;
        };
    }

    private boolean readHeader(ByteBuf buf, FrameSink sink) {
        if (filled == 0 && buf.readableBytes() >= FrameType.HEADER) {
            int at = buf.readerIndex();
            header.length = buf.getUnsignedMedium(at);
            header.type = buf.getUnsignedByte(at + 3);
            header.flags = buf.getUnsignedByte(at + 4);
            header.stream = buf.getInt(at + 5) & 0x7fffffff;
            buf.readerIndex(at + FrameType.HEADER);
        } else {
            int count = Math.min(FrameType.HEADER - filled, buf.readableBytes());
            buf.readBytes(headerBytes, filled, count);
            filled += count;
            if (filled < FrameType.HEADER) {
                return true;
            }
            byte[] h = headerBytes;
            header.length = (h[0] & 0xff) << 16 | (h[1] & 0xff) << 8 | h[2] & 0xff;
            header.type = h[3] & 0xff;
            header.flags = h[4] & 0xff;
            header.stream = number(h, 5) & 0x7fffffff;
        }
        filled = 0;
        remaining = header.length;
        padding = 0;
        if (!sink.begins(header)) {
            return false;
        }
        if (header.type != FrameType.DATA) {
            state = State.PAYLOAD;
        } else {
            state = header.has(FrameType.PADDED) ? State.PAD_LENGTH : State.DATA;
        }
        return state != State.PAD_LENGTH || header.length > 0 || sink.badPadding(header);
    }

    private boolean readPayload(ByteBuf buf, FrameSink sink) {
        int length = header.length;
        if (filled == 0 && buf.readableBytes() >= length) {
            buf.readBytes(scratch, 0, length);
            state = State.HEADER;
            return sink.payload(header, scratch, 0, length);
        }
        if (partial.length < length) {
            partial = new byte[length];
        }
        int count = Math.min(length - filled, buf.readableBytes());
        buf.readBytes(partial, filled, count);
        filled += count;
        if (filled < length) {
            return true;
        }
        filled = 0;
        state = State.HEADER;
        byte[] whole = partial;
        if (partial.length > KEPT) {
            partial = NOTHING;
        }
        return sink.payload(header, whole, 0, length);
    }

    private boolean readPadLength(ByteBuf buf, FrameSink sink) {
        padding = buf.readUnsignedByte();
        if (padding >= header.length) {
            return sink.badPadding(header);
        }
        remaining = header.length - 1 - padding;
        state = State.DATA;
        return true;
    }

    private boolean readData(ByteBuf buf, FrameSink sink) {
        int count = Math.min(remaining, buf.readableBytes());
        int at = buf.readerIndex();
        buf.readerIndex(at + count);
        remaining -= count;
        if (remaining == 0) {
            state = State.PADDING;
        }
        return count == 0 || sink.data(header, buf, at, count);
    }

    private boolean readPadding(ByteBuf buf, FrameSink sink) {
        int count = Math.min(padding, buf.readableBytes());
        buf.skipBytes(count);
        padding -= count;
        if (padding > 0) {
            return true;
        }
        state = State.HEADER;
        return sink.dataEnds(header);
    }

    /** Four bytes as a number. */
    public static int number(byte[] a, int from) {
        return (a[from] & 0xff) << 24 | (a[from + 1] & 0xff) << 16 | (a[from + 2] & 0xff) << 8 | a[from + 3] & 0xff;
    }
}

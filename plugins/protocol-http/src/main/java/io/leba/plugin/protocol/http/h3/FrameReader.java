package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * Takes the frames of one stream apart, however their bytes are cut. Data passes in pieces; the payload of other frames that are known
 * is collected, of those that are not it is skipped. What a frame means is the sink's affair.
 */
final class FrameReader {
    private static final int HEADER = 16;
    private static final int FIRST = 64;

    private final Sink sink;
    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private Bytes payload;
    private long type;
    private long left;
    private boolean isInFrame;

    FrameReader(Sink sink) {
        this.sink = sink;
    }

    /** Takes frames; each call may answer with why the stream or the connection cannot go on. */
    interface Sink {
        /** A frame begins; its payload follows unless this finds something wrong with it. */
        Http3Fault begins(long type, long length);

        /** A piece of a DATA frame: given away. */
        Http3Fault data(ByteBuf piece);

        /** The whole payload of a known frame other than DATA. */
        Http3Fault payload(long type, byte[] a, int length);
    }

    /** Whether the stream may end here. */
    boolean isBetweenFrames() {
        return !isInFrame && headerBytes == 0;
    }

    /** Takes what has come, from its reader index on, as far as it can; null, or what is wrong. The buffer stays the caller's. */
    Http3Fault receive(ByteBuf in) {
        Http3Fault fault = null;
        while (fault == null && in.isReadable()) {
            fault = isInFrame ? body(in) : head(in);
        }
        return fault;
    }

    private Http3Fault head(ByteBuf in) {
        header[headerBytes++] = in.readByte();
        int typeLength = Varint.length(header[0]);
        if (headerBytes <= typeLength || headerBytes < typeLength + Varint.length(header[typeLength])) {
            return null;
        }
        headerBytes = 0;
        type = Varint.read(header, 0);
        left = Varint.read(header, typeLength);
        Http3Fault fault = FrameType.isReserved(type) ? Http3Fault.UNEXPECTED_FRAME : sink.begins(type, left);
        if (fault != null) {
            return fault;
        }
        isInFrame = true;
        return left == 0 ? ended() : null;
    }

    private Http3Fault body(ByteBuf in) {
        int count = (int) Math.min(left, in.readableBytes());
        left -= count;
        if (type == FrameType.DATA) {
            isInFrame = left > 0;
            return sink.data(in.readRetainedSlice(count));
        }
        if (FrameType.isKnown(type)) {
            if (payload == null) {
                payload = new Bytes(FIRST);
            }
            payload.put(in, in.readerIndex(), count);
        }
        in.skipBytes(count);
        return left == 0 ? ended() : null;
    }

    private Http3Fault ended() {
        isInFrame = false;
        if (type == FrameType.DATA || !FrameType.isKnown(type)) {
            return null;
        }
        Bytes whole = payload;
        payload = null;
        return sink.payload(type, whole == null ? new byte[0] : whole.array(), whole == null ? 0 : whole.length());
    }
}

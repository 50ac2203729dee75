package io.leba.plugin.protocol.http.body;

import io.netty.buffer.ByteBuf;

/**
 * Follows where one direction's WebSocket frames begin and end (RFC 6455 §5.2), so that a control frame can be put between two.
 * What is in them is not looked at. On its loop.
 */
public final class WebSocketFrames {
    private static final int CLOSE = 8;
    private static final int MASK = 0x80;
    private static final int MASK_BYTES = 4;

    private int step;
    private int opcode;
    private int lengthBytes;
    private int headerLeft;
    private long length;
    private long payload;
    private boolean isLost;
    private boolean hasClosed;

    /** Before the first frame. */
    public WebSocketFrames() {}

    /** Begins a connection. */
    public void begin() {
        step = 0;
        payload = 0;
        isLost = false;
        hasClosed = false;
    }

    /** Whether what was taken ends with a whole frame; never again once a frame's length was absurd. */
    public boolean isAtBoundary() {
        return step == 0 && payload == 0 && !isLost;
    }

    /** Whether a close frame has passed. */
    public boolean hasClosed() {
        return hasClosed;
    }

    /** Takes a whole piece. */
    public void take(ByteBuf piece) {
        int i = piece.readerIndex();
        while (i < piece.writerIndex()) {
            i = advance(piece, i);
        }
    }

    /** Takes bytes up to the next end of a frame: the index behind it, or the writer index if the frame goes on. */
    public int takeFrame(ByteBuf piece) {
        int i = piece.readerIndex();
        while (i < piece.writerIndex()) {
            i = advance(piece, i);
            if (isAtBoundary()) {
                break;
            }
        }
        return i;
    }

    private int advance(ByteBuf piece, int i) {
        if (isLost) {
            return piece.writerIndex();
        }
        if (payload > 0) {
            long count = Math.min(payload, piece.writerIndex() - i);
            payload -= count;
            endFrame();
            return i + (int) count;
        }
        headerByte(piece.getByte(i));
        return i + 1;
    }

    private void headerByte(byte b) {
        if (step == 0) {
            opcode = b & 0xf;
            step = 1;
            return;
        }
        if (step == 1) {
            int first = b & 0x7f;
            lengthBytes = first == 126 ? 2 : first == 127 ? 8 : 0;
            length = lengthBytes == 0 ? first : 0;
            headerLeft = lengthBytes + ((b & MASK) != 0 ? MASK_BYTES : 0);
            step = 2;
        } else {
            headerLeft--;
            if (lengthBytes > 0) {
                lengthBytes--;
                length = length << 8 | b & 0xff;
            }
        }
        if (headerLeft == 0) {
            step = 0;
            payload = length;
            isLost = length < 0;
            endFrame();
        }
    }

    private void endFrame() {
        if (payload == 0 && opcode == CLOSE) {
            hasClosed = true;
        }
    }
}

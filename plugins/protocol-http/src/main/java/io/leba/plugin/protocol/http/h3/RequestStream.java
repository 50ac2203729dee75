package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.h2.field.RequestText;
import io.leba.plugin.protocol.http.h2.field.TrailerText;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * A request on its stream (RFC 9114 §4.1): a head, data, perhaps trailers, the end. Fields are held to the rules that HTTP/2 has, and a
 * body to its declared length.
 */
public final class RequestStream implements FrameReader.Sink {
    private final Http3Limits limits;
    private final Http3Scratch scratch;
    private final RequestConsumer consumer;
    private final FrameReader frames = new FrameReader(this);
    private long contentLeft = -1;
    private boolean hasHead;
    private byte[] held;
    private int heldLength;
    private boolean hasTrailers;
    private boolean isEnding;
    private boolean isEndTold;
    private ByteBuf current;

    /** A stream on which nothing has come yet. */
    public RequestStream(Http3Limits limits, Http3Scratch scratch, RequestConsumer consumer) {
        this.limits = limits;
        this.scratch = scratch;
        this.consumer = consumer;
    }

    /** Whether its head has come. */
    public boolean hasHead() {
        return hasHead;
    }

    /**
     * Takes what has come, and tells the consumer.
     *
     * @param in stays the caller's
     * @param isLast whether the stream ends with it
     * @return null, or why the stream or the connection cannot go on
     */
    public Http3Fault receive(ByteBuf in, boolean isLast) {
        current = in;
        isEnding = isLast;
        Http3Fault fault = held != null && (in.isReadable() || isLast) ? release(!in.isReadable()) : null;
        if (fault == null) {
            fault = frames.receive(in);
        }
        current = null;
        if (fault != null || !isLast) {
            return fault;
        }
        if (!frames.isBetweenFrames()) {
            return Http3Fault.BAD_FRAME;
        }
        if (!hasHead) {
            return Http3Fault.INCOMPLETE;
        }
        if (contentLeft > 0) {
            return Http3Fault.LENGTH_MISMATCH;
        }
        if (!isEndTold) {
            isEndTold = true;
            consumer.ended(null);
        }
        return null;
    }

    /** Whether the stream ends where reading is. */
    private boolean isAtEnd() {
        return isEnding && !current.isReadable();
    }

    @Override
    public Http3Fault begins(long type, long length) {
        if (type == FrameType.DATA) {
            return !hasHead || hasTrailers ? Http3Fault.UNEXPECTED_FRAME : length > 0 ? null : useless();
        }
        if (type == FrameType.HEADERS) {
            if (hasTrailers) {
                return Http3Fault.UNEXPECTED_FRAME;
            }
            return length > limits.sectionBytes() ? Http3Fault.HEAD_TOO_LARGE : null;
        }
        return FrameType.isKnown(type) ? Http3Fault.UNEXPECTED_FRAME : useless();
    }

    private Http3Fault useless() {
        return consumer.useless() ? null : Http3Fault.USELESS_FRAMES;
    }

    @Override
    public Http3Fault data(ByteBuf piece) {
        int count = piece.readableBytes();
        if (contentLeft >= 0) {
            contentLeft -= count;
            if (contentLeft < 0) {
                piece.release();
                return Http3Fault.LENGTH_MISMATCH;
            }
        }
        boolean isLast = isAtEnd() && frames.isBetweenFrames();
        if (isLast && contentLeft > 0) {
            piece.release();
            return Http3Fault.LENGTH_MISMATCH;
        }
        isEndTold = isLast;
        consumer.data(piece, isLast);
        return null;
    }

    @Override
    public Http3Fault payload(long type, byte[] a, int length) {
        if (hasHead) {
            return trailers(a, length);
        }
        if (current.isReadable() || isEnding) {
            return head(a, length, isAtEnd());
        }
        held = a;
        heldLength = length;
        hasHead = true;
        consumer.holds();
        return null;
    }

    /**
     * Tells a head that waits for what comes behind it.
     *
     * @param isLast whether the request ends with it
     * @return null, or why the stream or the connection cannot go on
     */
    private Http3Fault release(boolean isLast) {
        byte[] section = held;
        held = null;
        hasHead = false;
        return head(section, heldLength, isLast);
    }

    /** Nothing has come behind the head for a while: it is told as that of a request with a body. */
    public Http3Fault releaseHeld() {
        return held == null ? null : release(false);
    }

    private Http3Fault head(byte[] a, int length, boolean isLast) {
        RequestText text = scratch.request;
        Bytes head = scratch.head.clear();
        text.begin(head);
        if (!scratch.decoder.decode(a, 0, length, text)) {
            return text.isBomb() ? Http3Fault.HEADER_BOMB : Http3Fault.BAD_COMPRESSION;
        }
        Fault fault = text.end(isLast);
        if (fault != null) {
            return Http3Fault.of(fault);
        }
        hasHead = true;
        contentLeft = text.contentLength();
        isEndTold = isLast;
        consumer.head(head, isLast);
        return null;
    }

    private Http3Fault trailers(byte[] a, int length) {
        hasTrailers = true;
        TrailerText text = scratch.trailers;
        Bytes lines = scratch.head.clear();
        text.begin(lines);
        if (!scratch.decoder.decode(a, 0, length, text)) {
            return text.isBomb() ? Http3Fault.HEADER_BOMB : Http3Fault.BAD_COMPRESSION;
        }
        Fault fault = text.end();
        if (fault != null) {
            return Http3Fault.of(fault);
        }
        if (contentLeft > 0) {
            return Http3Fault.LENGTH_MISMATCH;
        }
        // Nothing but frames without meaning may follow, so the request is complete.
        isEndTold = true;
        consumer.ended(lines.length() == 0 ? null : lines);
        return null;
    }
}

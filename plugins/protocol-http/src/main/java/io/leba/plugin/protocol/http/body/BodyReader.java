package io.leba.plugin.protocol.http.body;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * Finds what of a connection's bytes belongs to a message's body (RFC 9112 §6), and leaves in the buffer what goes on of it:
 * a counted body as it is, a chunked one as {@link ChunkedBody.Form} says. One message at a time, on its loop.
 */
public final class BodyReader {
    /** {@link #begin}: the body ends with the connection. */
    public static final long UNTIL_CLOSE = -1;
    /** {@link #begin}: the body is chunked. */
    public static final long CHUNKED = -2;

    private final ChunkedBody chunks = new ChunkedBody();
    private long remaining;
    private int outStart;
    private int outEnd;
    private int consumed;

    /** No message yet. */
    public BodyReader() {}

    /**
     * Begins a body.
     *
     * @param length its size, {@link #UNTIL_CLOSE} or {@link #CHUNKED}
     * @param form what goes on of a chunked one
     * @param limit of a chunked one's data bytes
     */
    public void begin(long length, ChunkedBody.Form form, long limit) {
        remaining = length;
        if (length == CHUNKED) {
            chunks.begin(form, limit);
        }
    }

    /** How many writable bytes the next buffer needs in front of its reader index. */
    public int prefix() {
        return remaining == CHUNKED && chunks.needsPrefix() ? ChunkedBody.PREFIX : 0;
    }

    /** Takes the bytes from {@code from} to the writer index; null, or what is wrong with them. */
    public Reason feed(ByteBuf buf, int from) {
        int to = buf.writerIndex();
        outStart = from;
        if (remaining >= 0) {
            int count = (int) Math.min(remaining, to - from);
            remaining -= count;
            outEnd = from + count;
            consumed = outEnd;
        } else if (remaining == CHUNKED) {
            if (chunks.feed(buf, from, to) == ChunkedBody.BAD) {
                return chunks.error();
            }
            outStart = chunks.outStart();
            outEnd = chunks.outEnd();
            consumed = chunks.consumed();
        } else {
            outEnd = to;
            consumed = to;
        }
        return null;
    }

    /** Where in the buffer what goes on starts. */
    public int outStart() {
        return outStart;
    }

    /** Where it ends. */
    public int outEnd() {
        return outEnd;
    }

    /** Where in the buffer the next message starts. */
    public int consumed() {
        return consumed;
    }

    /** Whether the body is complete; one that ends with the connection never is. */
    public boolean isComplete() {
        return remaining == 0 || remaining == CHUNKED && chunks.isDone();
    }

    /** What is to be sent behind the last piece of a body that keeps its chunks, because it does not fit in place; or null. */
    public Bytes tail() {
        return remaining == CHUNKED ? chunks.tail() : null;
    }

    /** The trailers of a complete body that goes on without chunks, lines with an empty one behind them; null: none. */
    public Bytes trailers() {
        return remaining == CHUNKED ? chunks.trailers() : null;
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.ChunkedBody;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.netty.buffer.ByteBuf;

/** Takes a request's body from the client to the backend, piece by piece, checking its framing on the way. */
final class RequestRelay {
    private final Exchange exchange;
    private final ChunkedBody chunks = new ChunkedBody();
    private boolean exists;
    private boolean isChunked;
    private boolean isComplete;
    private long remaining;
    private int consumed;
    private int outStart;
    private int outEnd;

    RequestRelay(Exchange exchange) {
        this.exchange = exchange;
    }

    void clear() {
        exists = false;
        isChunked = false;
        isComplete = false;
        remaining = 0;
    }

    /** Whether there is a body. */
    boolean exists() {
        return exists;
    }

    /** Whether all of the body, or the request without one, has come. */
    boolean isComplete() {
        return isComplete;
    }

    /** Where in the buffer of the last call the request's bytes end. */
    int consumed() {
        return consumed;
    }

    /** Where what goes on ends; it starts where the body started. */
    int outEnd() {
        return outEnd;
    }

    /** Begins with what came behind the head in the same buffer; null, or why the request is refused. */
    Reason begin(long length, ByteBuf buf, int from, long limit) {
        int to = buf.writerIndex();
        if (length == RequestHead.CHUNKED) {
            exists = true;
            isChunked = true;
            chunks.begin(false, limit);
            return feedChunks(buf, from, to);
        }
        if (length > limit) {
            return Reason.BODY_TOO_LARGE;
        }
        exists = length > 0;
        remaining = Math.max(0, length);
        feedCounted(from, to);
        return null;
    }

    private void feedCounted(int from, int to) {
        int count = (int) Math.min(remaining, to - from);
        remaining -= count;
        outStart = from;
        outEnd = from + count;
        consumed = outEnd;
        isComplete = remaining == 0;
    }

    private Reason feedChunks(ByteBuf buf, int from, int to) {
        int result = chunks.feed(buf, from, to);
        if (result == ChunkedBody.BAD) {
            return chunks.error();
        }
        isComplete = result == ChunkedBody.DONE;
        consumed = chunks.consumed();
        outStart = chunks.outStart();
        outEnd = chunks.outEnd();
        return null;
    }

    /** Adds the trailers, if there are any, to the last piece. */
    ByteBuf withTail(ByteBuf piece) {
        Bytes tail = isChunked ? chunks.tail() : null;
        if (tail == null || !isComplete) {
            return piece;
        }
        int count = piece == null ? 0 : piece.readableBytes();
        ByteBuf whole = exchange.loop().loop.allocator().directBuffer(count + tail.length());
        if (piece != null) {
            whole.writeBytes(piece);
            piece.release();
        }
        return whole.writeBytes(tail.array(), 0, tail.length());
    }

    /** Takes a further piece; the buffer is given away. */
    void feed(ByteBuf given, boolean isKept) {
        ByteBuf buf = given;
        if (isChunked && chunks.needsPrefix() && buf.readerIndex() < ChunkedBody.PREFIX) {
            buf = withHeadroom(buf);
        }
        int from = buf.readerIndex();
        if (isChunked) {
            Reason reason = feedChunks(buf, from, buf.writerIndex());
            if (reason != null) {
                exchange.received(buf.readableBytes());
                buf.release();
                exchange.refuse(reason);
                return;
            }
        } else {
            feedCounted(from, buf.writerIndex());
        }
        exchange.received(consumed - from);
        pass(buf, isKept || buf != given);
    }

    private void pass(ByteBuf buf, boolean isKept) {
        ClientSide client = exchange.client();
        ByteBuf piece = buf;
        if (consumed < buf.writerIndex()) {
            if (isKept) {
                int count = outEnd - outStart;
                piece = exchange.loop().loop.allocator().directBuffer(count).writeBytes(buf, outStart, count);
                client.keepOwn(buf.readerIndex(consumed));
            } else {
                client.keep(buf, consumed);
                piece.setIndex(outStart, outEnd);
            }
        } else {
            piece.setIndex(outStart, outEnd);
        }
        piece = withTail(piece);
        BackendSide backend = exchange.connection();
        Settings settings = client.engine().settings;
        if (isComplete) {
            client.requestReceived();
            client.arm(exchange.response().isHeadSent() ? settings.backendIdleMillis : settings.firstByteMillis);
        } else {
            client.arm(settings.idleMillis);
        }
        if (piece.isReadable()) {
            Outgoing.send(backend.channel(), piece);
            if (!isComplete && !backend.channel().isWritable()) {
                client.setReading(false);
            }
        } else {
            piece.release();
        }
    }

    private ByteBuf withHeadroom(ByteBuf buf) {
        ByteBuf roomy = exchange.loop().loop.allocator().directBuffer(ChunkedBody.PREFIX + buf.readableBytes());
        roomy.setIndex(ChunkedBody.PREFIX, ChunkedBody.PREFIX).writeBytes(buf);
        buf.release();
        return roomy;
    }
}

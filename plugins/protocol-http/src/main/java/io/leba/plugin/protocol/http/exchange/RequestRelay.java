package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.ChunkedBody;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;

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

    /** Begins with what came behind the head in the same buffer; null, or why the request is refused. */
    Reason begin(RequestHead head, ByteBuf buf, int from, long limit) {
        long length = head.contentLength();
        int to = buf.writerIndex();
        if (length == RequestHead.CHUNKED) {
            exists = true;
            isChunked = true;
            chunks.begin(head.listsFields() ? ChunkedBody.Form.WITHOUT_TRAILERS : ChunkedBody.Form.WHOLE, limit);
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

    /**
     * Takes the body's part out of the buffer, which is given away: from the reader index on in the result, which may be the
     * buffer itself; null: nothing. What follows the request is kept by the connection.
     */
    ByteBuf takePart(ByteBuf buf, boolean isKept) {
        ByteBufAllocator allocator = exchange.loop().loop.allocator();
        ByteBuf part = buf;
        if (consumed == buf.writerIndex()) {
            part.setIndex(outStart, outEnd);
        } else if (isKept) {
            part = Placement.copy(allocator, buf, outStart, outEnd - outStart);
            exchange.client().keepOwn(buf.readerIndex(consumed));
        } else {
            exchange.client().keep(buf, consumed);
            part.setIndex(outStart, outEnd);
        }
        Bytes tail = isChunked && isComplete ? chunks.tail() : null;
        return tail == null ? part : Placement.append(allocator, part, tail);
    }

    /** Takes a further piece; the buffer is given away. */
    void feed(ByteBuf given, boolean isKept) {
        ByteBuf buf = given;
        if (isChunked && chunks.needsPrefix() && buf.readerIndex() < ChunkedBody.PREFIX) {
            buf = Placement.withHeadroom(exchange.loop().loop.allocator(), buf, ChunkedBody.PREFIX);
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
        pass(takePart(buf, isKept || buf != given));
    }

    private void pass(ByteBuf part) {
        ClientSide client = exchange.client();
        Settings settings = client.engine().settings;
        if (isComplete) {
            client.requestReceived();
            client.arm(exchange.response().isHeadSent() ? settings.backendIdleMillis : settings.firstByteMillis);
        } else {
            client.arm(settings.idleMillis);
        }
        if (part == null || !part.isReadable()) {
            Placement.release(part);
            return;
        }
        Channel backend = exchange.delivery().connection().channel();
        Outgoing.send(backend, part);
        if (!isComplete && !backend.isWritable()) {
            client.setReading(false);
        }
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.BodyReader;
import io.leba.plugin.protocol.http.body.ChunkedBody;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Reads a request from the bytes of an HTTP/1 connection and gives it to the exchange, piece by piece as it comes, verified. It
 * belongs to the exchange, not to the connection, so that an idle connection is small.
 */
final class Http1RequestReader {
    private static final int FIRST_COPY = 2048;
    private static final int NEXT_COPY = 8192;

    private final Exchange exchange;
    private final BodyReader body = new BodyReader();

    Http1RequestReader(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Takes bytes of the head; the buffer is given away. {@code isKept} says that it is not the loop's shared one. */
    void readHead(Http1Client client, ByteBuf buf, boolean isKept) {
        RequestHead request = exchange.request();
        Settings settings = exchange.engine().settings;
        int from = buf.readerIndex();
        int readable = buf.readableBytes();
        int before = request.length();
        int taken = 0;
        int result;
        if (before == 0) {
            exchange.began();
        }
        do {
            int count = Math.min(readable - taken, taken == 0 ? FIRST_COPY : NEXT_COPY);
            request.append(buf, from + taken, count);
            taken += count;
            result = request.scan(settings.requestLimits);
        } while (result == Head.INCOMPLETE && taken < readable);
        if (result == Head.INCOMPLETE) {
            exchange.received(readable);
            buf.release();
            if (before == 0) {
                client.arm(settings.requestHeadMillis);
            }
            exchange.holdHead();
            return;
        }
        Reason reason = exchange.intake().decide(result == Head.FAILED ? request.error() : null);
        if (reason != null) {
            exchange.received(readable);
            buf.release();
            exchange.refuse(reason);
            return;
        }
        int bodyFrom = from + result - before;
        exchange.received(bodyFrom - from);
        if (!exchange.isFiltering()) {
            forward(client, buf, before == 0 ? from : Placement.ELSEWHERE, bodyFrom, isKept);
            return;
        }
        // What has come of the body waits with the connection.
        exchange.awaitFilters();
        if (isKept && bodyFrom < buf.writerIndex()) {
            client.keepOwn(buf.readerIndex(bodyFrom));
        } else {
            client.keep(buf, bodyFrom);
            buf.release();
        }
    }

    /** The filters that could not decide at once have; the buffer with what has come of the body is given away. */
    void decided(Http1Client client, ByteBuf buf) {
        forward(client, buf, Placement.ELSEWHERE, buf.readerIndex(), true);
    }

    /**
     * Verifies what has come of the body, and sends the request on its way with it.
     *
     * @param headFrom where the head starts in the buffer, or {@link Placement#ELSEWHERE}
     * @param bodyFrom where the body starts
     */
    private void forward(Http1Client client, ByteBuf buf, int headFrom, int bodyFrom, boolean isKept) {
        RequestHead request = exchange.request();
        Reason reason = exchange.intake().beginBody();
        if (reason == null) {
            body.begin(lengthOf(request), form(request), exchange.engine().settings.bodyLimit);
            reason = body.feed(buf, bodyFrom);
        }
        if (reason != null) {
            exchange.received(buf.writerIndex() - bodyFrom);
            buf.release();
            exchange.refuse(reason);
            return;
        }
        exchange.received(body.consumed() - bodyFrom);
        boolean isComplete = body.isComplete();
        ByteBuf part = takePart(client, buf, isKept);
        exchange.body().account(part.readableBytes(), isComplete, body.trailers());
        exchange.intake().goOn(part, part == buf ? headFrom : Placement.ELSEWHERE);
    }

    private static long lengthOf(RequestHead request) {
        return request.contentLength() == RequestHead.CHUNKED
                ? BodyReader.CHUNKED
                : Math.max(0, request.contentLength());
    }

    private ChunkedBody.Form form(RequestHead request) {
        if (exchange.body().isFramed()) {
            return request.listsFields() ? ChunkedBody.Form.WITHOUT_TRAILERS : ChunkedBody.Form.WHOLE;
        }
        return request.listsFields() ? ChunkedBody.Form.DATA : ChunkedBody.Form.DATA_AND_TRAILERS;
    }

    /**
     * Takes the body's part out of the buffer, which is given away: from the reader index on in the result, which may be the
     * buffer itself. What follows the request is kept by the connection.
     */
    private ByteBuf takePart(Http1Client client, ByteBuf buf, boolean isKept) {
        ByteBufAllocator allocator = exchange.loop().loop.allocator();
        int count = body.outEnd() - body.outStart();
        ByteBuf part = buf;
        if (body.consumed() == buf.writerIndex()) {
            part.setIndex(body.outStart(), body.outEnd());
        } else if (isKept) {
            part = count == 0 ? Unpooled.EMPTY_BUFFER : Placement.copy(allocator, buf, body.outStart(), count);
            client.keepOwn(buf.readerIndex(body.consumed()));
        } else {
            client.keep(buf, body.consumed());
            part.setIndex(body.outStart(), body.outEnd());
        }
        Bytes tail = body.tail();
        return tail == null ? part : Placement.append(allocator, part, tail);
    }

    /** Takes a further piece of the body; the buffer is given away. */
    void readBody(Http1Client client, ByteBuf given, boolean isKept) {
        ByteBuf buf = given;
        int prefix = body.prefix();
        if (buf.readerIndex() < prefix) {
            buf = Placement.withHeadroom(exchange.loop().loop.allocator(), buf, prefix);
        }
        int from = buf.readerIndex();
        Reason reason = body.feed(buf, from);
        if (reason != null) {
            exchange.received(buf.readableBytes());
            buf.release();
            exchange.refuse(reason);
            return;
        }
        exchange.received(body.consumed() - from);
        boolean isComplete = body.isComplete();
        ByteBuf part = takePart(client, buf, isKept || buf != given);
        exchange.body().take(part, isComplete, body.trailers());
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.BodyReader;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.netty.buffer.ByteBuf;

/**
 * Reads a response from the bytes of an HTTP/1 connection and gives it to the exchange, piece by piece as it comes, verified. It
 * belongs to the exchange, not to the connection, so that an idle connection is small.
 */
final class Http1ResponseReader {
    private static final int FIRST_COPY = 512;
    private static final int NEXT_COPY = 4096;

    private final Exchange exchange;
    private final BodyReader body = new BodyReader();

    Http1ResponseReader(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Takes bytes from the backend; the buffer is given away. */
    void read(Http1Backend backend, ByteBuf buf) {
        ResponseRelay response = exchange.response();
        response.begun();
        if (exchange.isTunnel()) {
            response.piece(buf, false, null);
            return;
        }
        if (response.isHeadSent()) {
            readBody(backend, buf);
            return;
        }
        ByteBuf rest = buf;
        while (rest != null) {
            rest = readHead(backend, rest);
        }
    }

    /** Reads a head; what is behind an interim response is returned. */
    private ByteBuf readHead(Http1Backend backend, ByteBuf buf) {
        ResponseHead head = exchange.response().head();
        int from = buf.readerIndex();
        int readable = buf.readableBytes();
        int before = head.length();
        int taken = 0;
        int result;
        do {
            int count = Math.min(readable - taken, taken == 0 ? FIRST_COPY : NEXT_COPY);
            head.append(buf, from + taken, count);
            taken += count;
            result = head.scan(exchange.engine().settings.responseLimits);
        } while (result == Head.INCOMPLETE && taken < readable);
        if (result == Head.INCOMPLETE) {
            buf.release();
            return null;
        }
        Reason reason = result == Head.FAILED ? problem(head) : head.judge(exchange.request());
        if (reason != null) {
            buf.release();
            exchange.refuse(reason);
            return null;
        }
        int bodyFrom = from + result - before;
        if (head.status() == 101) {
            switchProtocols(backend, buf.readerIndex(bodyFrom));
            return null;
        }
        if (head.status() < 200) {
            if (exchange.response().interim() && bodyFrom < buf.writerIndex()) {
                return buf.readerIndex(bodyFrom);
            }
            buf.release();
            return null;
        }
        headReceived(backend, buf, before == 0 ? from : Placement.ELSEWHERE, bodyFrom);
        return null;
    }

    /** Both sides change, and what came behind the head goes on; the buffer is given away. */
    private void switchProtocols(Http1Backend backend, ByteBuf buf) {
        ClientStream client = exchange.client();
        if (!exchange.response().switchProtocols()) {
            buf.release();
            return;
        }
        backend.switched();
        if (buf.isReadable()) {
            exchange.response().piece(buf, false, null);
        } else {
            buf.release();
        }
        client.resumeReading();
    }

    private static Reason problem(ResponseHead head) {
        return head.error() == Reason.HEAD_TOO_LARGE || head.error() == Reason.TOO_MANY_FIELDS
                ? Reason.RESPONSE_HEAD_TOO_LARGE
                : Reason.BAD_RESPONSE;
    }

    private void headReceived(Http1Backend backend, ByteBuf buf, int headFrom, int bodyFrom) {
        ResponseRelay response = exchange.response();
        if (!response.headReceived()) {
            buf.release();
            return;
        }
        body.begin(response.head().contentLength(), response.form(), Long.MAX_VALUE);
        if (body.feed(buf, bodyFrom) != null) {
            buf.release();
            exchange.refuse(Reason.BAD_RESPONSE);
            return;
        }
        ByteBuf piece = piece(backend, buf);
        response.pass(piece, piece == buf ? headFrom : Placement.ELSEWHERE, body.isComplete(), body.trailers());
    }

    private void readBody(Http1Backend backend, ByteBuf given) {
        ByteBuf buf = given;
        int prefix = body.prefix();
        if (buf.readerIndex() < prefix) {
            buf = Placement.withHeadroom(exchange.loop().loop.allocator(), buf, prefix);
        }
        if (body.feed(buf, buf.readerIndex()) != null) {
            buf.release();
            exchange.fail(Reason.BAD_RESPONSE);
            return;
        }
        ByteBuf piece = piece(backend, buf);
        exchange.response().piece(piece, body.isComplete(), body.trailers());
    }

    /** What of the buffer goes on; says whether the connection can serve another exchange behind a response that is complete. */
    private ByteBuf piece(Http1Backend backend, ByteBuf buf) {
        if (body.isComplete()) {
            boolean hasExcess = body.consumed() < buf.writerIndex();
            backend.setReusable(exchange.response().head().keepsAlive() && !hasExcess);
        }
        buf.setIndex(body.outStart(), body.outEnd());
        Bytes tail = body.tail();
        return tail == null ? buf : Placement.append(exchange.loop().loop.allocator(), buf, tail);
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.ChunkedBody;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.ResponseComposer;
import io.leba.plugin.protocol.http.head.ResponseComposer.Persistence;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.http.HttpAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/** Takes a response from the backend to the client, piece by piece, checking its framing on the way. */
final class ResponseRelay {
    private static final int FIRST_COPY = 512;
    private static final int NEXT_COPY = 4096;
    private static final int MOST_INTERIM = 32;

    private final Exchange exchange;
    private final ResponseHead head = new ResponseHead();
    private final ChunkedBody chunks = new ChunkedBody();
    private boolean hasBegun;
    private boolean isHeadSent;
    private boolean clientStays;
    private int interim;
    private int status;
    private long remaining;
    private int consumed;
    private int outStart;
    private int outEnd;

    ResponseRelay(Exchange exchange) {
        this.exchange = exchange;
    }

    void clear() {
        head.clear();
        hasBegun = false;
        isHeadSent = false;
        interim = 0;
    }

    /** A request is about to be sent. */
    void begin() {
        head.clear();
    }

    ResponseHead head() {
        return head;
    }

    /** Whether any byte of it has come. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** Whether the final response's head has been sent to the client. */
    boolean isHeadSent() {
        return isHeadSent;
    }

    /** Takes bytes from the backend; the buffer is given away. */
    void read(ByteBuf buf) {
        if (!hasBegun) {
            hasBegun = true;
            exchange.firstByte();
        }
        if (isHeadSent) {
            readBody(buf);
            return;
        }
        ByteBuf rest = buf;
        while (rest != null) {
            rest = readHead(rest);
        }
    }

    /** Reads a head; what is behind an interim response is returned. */
    private ByteBuf readHead(ByteBuf buf) {
        int from = buf.readerIndex();
        int readable = buf.readableBytes();
        int before = head.length();
        int taken = 0;
        int result;
        do {
            int count = Math.min(readable - taken, taken == 0 ? FIRST_COPY : NEXT_COPY);
            head.append(buf, from + taken, count);
            taken += count;
            result = head.scan(exchange.client().engine().settings.responseLimits);
        } while (result == Head.INCOMPLETE && taken < readable);
        if (result == Head.INCOMPLETE) {
            buf.release();
            return null;
        }
        Reason reason = result == Head.FAILED ? problem() : head.judge(exchange.request());
        int bodyFrom = from + result - before;
        if (reason == null && head.status() < 200) {
            reason = head.status() == 101 || ++interim > MOST_INTERIM ? Reason.BAD_RESPONSE : null;
            if (reason == null) {
                return passInterim(buf, bodyFrom);
            }
        }
        if (reason != null) {
            buf.release();
            exchange.refuse(reason);
            return null;
        }
        headReceived(buf, before == 0 ? from : Placement.ELSEWHERE, bodyFrom);
        return null;
    }

    private Reason problem() {
        return head.error() == Reason.HEAD_TOO_LARGE || head.error() == Reason.TOO_MANY_FIELDS
                ? Reason.RESPONSE_HEAD_TOO_LARGE
                : Reason.BAD_RESPONSE;
    }

    /** {@code 100 Continue}, {@code 103 Early Hints}: sent on, unless the client would take it for the response. */
    private ByteBuf passInterim(ByteBuf buf, int bodyFrom) {
        if (exchange.request().minorVersion() == 1) {
            LoopState loop = exchange.loop();
            Bytes out = loop.scratch.clear();
            int rest = ResponseComposer.compose(head, Persistence.SILENT, null, null, out);
            send(Placement.message(loop.loop.allocator(), head, rest, out, null, Placement.ELSEWHERE));
        }
        head.clear();
        buf.readerIndex(bodyFrom);
        if (buf.isReadable()) {
            return buf;
        }
        buf.release();
        return null;
    }

    private void headReceived(ByteBuf buf, int headFrom, int bodyFrom) {
        long length = head.contentLength();
        int to = buf.writerIndex();
        remaining = length;
        if (length == ResponseHead.CHUNKED) {
            chunks.begin(form(), Long.MAX_VALUE);
        }
        Reason reason = frame(buf, bodyFrom, to);
        if (reason != null) {
            buf.release();
            exchange.refuse(reason);
            return;
        }
        status = head.status();
        HeadEdits edits = null;
        FilterRun filters = exchange.filters();
        if (filters != null) {
            if (!filters.response(head, true)) {
                buf.release();
                exchange.refuse(Reason.INTERNAL_ERROR);
                return;
            }
            edits = filters.responseEdits();
        }
        buf.setIndex(bodyFrom, outEnd);
        pass(compose(persistence(), edits, buf, headFrom), consumed < to);
    }

    private ChunkedBody.Form form() {
        if (head.isUnchunked()) {
            return ChunkedBody.Form.DATA;
        }
        return head.listsFields() ? ChunkedBody.Form.WITHOUT_TRAILERS : ChunkedBody.Form.WHOLE;
    }

    private ByteBuf compose(Persistence persistence, HeadEdits edits, ByteBuf body, int headFrom) {
        clientStays = persistence != Persistence.CLOSE;
        isHeadSent = true;
        LoopState loop = exchange.loop();
        Bytes out = loop.scratch.clear();
        int rest = ResponseComposer.compose(head, persistence, head.hasDate() ? null : loop.date(), edits, out);
        return Placement.message(loop.loop.allocator(), head, rest, out, body, headFrom);
    }

    /** Sends a filter's answer; false if it is no valid response, or a filter failed on it. */
    boolean answer(HttpAnswer answer, boolean stays) {
        head.clear();
        try {
            Bytes bytes = AnswerHead.of(answer, exchange.loop().scratch.clear());
            head.append(bytes.array(), bytes.length());
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean isValid = answer.status() >= 200
                && head.scan(exchange.client().engine().settings.responseLimits) == head.length()
                && head.judge(exchange.request()) == null
                && exchange.filters().response(head, false);
        if (!isValid) {
            head.clear();
            return false;
        }
        status = head.status();
        boolean hasBody = head.contentLength() > 0;
        ByteBuf body = hasBody ? Unpooled.wrappedBuffer(answer.body()) : null;
        Persistence persistence = !stays
                ? Persistence.CLOSE
                : exchange.request().minorVersion() == 0 ? Persistence.KEEP_ALIVE : Persistence.SILENT;
        send(compose(persistence, exchange.filters().responseEdits(), body, Placement.ELSEWHERE));
        return true;
    }

    /** LEBA has answered with a status of its own. */
    void answered(int answeredStatus) {
        status = answeredStatus;
        isHeadSent = true;
    }

    /** The final status sent to the client; 0: none. */
    int status() {
        return isHeadSent ? status : 0;
    }

    /** Whether the client was told that its connection stays. */
    boolean clientStays() {
        return clientStays;
    }

    private Persistence persistence() {
        boolean stays = exchange.request().keepsAlive()
                && exchange.body().isComplete()
                && head.contentLength() != ResponseHead.UNTIL_CLOSE
                && !(head.isUnchunked() && head.contentLength() != 0)
                && exchange.client().mayStay();
        if (!stays) {
            return Persistence.CLOSE;
        }
        return exchange.request().minorVersion() == 0 ? Persistence.KEEP_ALIVE : Persistence.SILENT;
    }

    private void readBody(ByteBuf given) {
        ByteBuf buf = given;
        if (remaining == ResponseHead.CHUNKED && chunks.needsPrefix() && buf.readerIndex() < ChunkedBody.PREFIX) {
            buf = Placement.withHeadroom(exchange.loop().loop.allocator(), buf, ChunkedBody.PREFIX);
        }
        int to = buf.writerIndex();
        Reason reason = frame(buf, buf.readerIndex(), to);
        if (reason != null) {
            buf.release();
            exchange.fail(reason);
            return;
        }
        buf.setIndex(outStart, outEnd);
        pass(buf, consumed < to);
    }

    /** Finds what of the buffer belongs to the body, and in which form it goes on. */
    private Reason frame(ByteBuf buf, int from, int to) {
        outStart = from;
        if (remaining >= 0) {
            int count = (int) Math.min(remaining, to - from);
            remaining -= count;
            outEnd = from + count;
            consumed = outEnd;
        } else if (remaining == ResponseHead.CHUNKED) {
            if (chunks.feed(buf, from, to) == ChunkedBody.BAD) {
                return Reason.BAD_RESPONSE;
            }
            outStart = chunks.outStart();
            outEnd = chunks.outEnd();
            consumed = chunks.isDone() ? chunks.consumed() : to;
        } else {
            outEnd = to;
            consumed = to;
        }
        return null;
    }

    private boolean isComplete() {
        return remaining == 0 || remaining == ResponseHead.CHUNKED && chunks.isDone();
    }

    /** Sends a piece on; afterwards the response is complete, or goes on as fast as the client reads. */
    private void pass(ByteBuf piece, boolean hasExcess) {
        ClientSide client = exchange.client();
        boolean isComplete = isComplete();
        ByteBuf last = piece;
        if (isComplete && remaining == ResponseHead.CHUNKED && chunks.tail() != null) {
            last = Placement.append(exchange.loop().loop.allocator(), piece, chunks.tail());
        }
        send(last);
        if (isComplete) {
            exchange.responseComplete(head.keepsAlive() && !hasExcess, clientStays);
            return;
        }
        client.arm(client.engine().settings.backendIdleMillis);
        if (!client.channel().isWritable()) {
            exchange.delivery().connection().setReading(false);
        }
    }

    private void send(ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
            return;
        }
        exchange.sent(piece.readableBytes());
        Channel channel = exchange.client().channel();
        Outgoing.send(channel, piece);
    }

    /** The backend's connection ended: that is the response's end if nothing else says where it is. */
    void backendClosed(boolean wasReset) {
        if (isHeadSent && remaining == ResponseHead.UNTIL_CLOSE && !wasReset) {
            exchange.responseComplete(false, false);
        } else {
            exchange.refuse(Reason.BACKEND_CLOSED);
        }
    }
}

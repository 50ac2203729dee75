package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.netty.buffer.ByteBuf;

/**
 * Takes a request's body from the client to the backend, piece by piece, in whichever framing or none. A body of a known
 * length is held to it here, whatever the stream has checked: what is more would be another request to an HTTP/1 backend.
 */
public final class RequestRelay {
    private static final long PACE_NANOS = 10_000_000_000L;

    private final Exchange exchange;
    private boolean exists;
    private boolean isFramed;
    private boolean isComplete;
    private long declared;
    private long received;
    private Bytes trailers;
    private long paceSince;
    private long paceBytes;

    RequestRelay(Exchange exchange) {
        this.exchange = exchange;
    }

    void clear() {
        exists = false;
        isFramed = false;
        isComplete = false;
        trailers = null;
    }

    /** Whether there is a body. */
    public boolean exists() {
        return exists;
    }

    /** Whether all of the body, or the request without one, has come. */
    public boolean isComplete() {
        return isComplete;
    }

    /** Whether pieces of a chunked body have their chunks; else they are plain data. */
    public boolean isFramed() {
        return isFramed;
    }

    /** The trailers of a complete request that is not framed: valid lines with an empty one behind them; null: none. */
    public Bytes trailers() {
        return trailers;
    }

    /** What filters made of them. */
    void setTrailers(Bytes left) {
        trailers = left;
    }

    /** The request goes on: null, or why it is refused. {@code framed}: whether a chunked body's pieces keep their chunks. */
    Reason begin(RequestHead head, boolean framed) {
        exists = head.hasBody();
        boolean isChunked = head.contentLength() == RequestHead.CHUNKED;
        isFramed = framed && isChunked;
        declared = isChunked ? RequestHead.CHUNKED : Math.max(0, head.contentLength());
        received = 0;
        return declared > limit() ? Reason.BODY_TOO_LARGE : null;
    }

    private long limit() {
        return exchange.engine().settings.bodyLimit;
    }

    /** The pace of the body counts from now on: what LEBA did not read, the client could not send. */
    void pace() {
        paceSince = exchange.loop().loop.coarseNanos();
        paceBytes = 0;
    }

    private boolean isTooSlow(int count) {
        long rate = exchange.engine().settings.minReceiveRate;
        if (rate == 0) {
            return false;
        }
        paceBytes += count;
        long nanos = exchange.loop().loop.coarseNanos() - paceSince;
        if (nanos < PACE_NANOS) {
            return false;
        }
        boolean isTooSlow = paceBytes < rate * (nanos / 1e9);
        pace();
        return isTooSlow;
    }

    /** Takes account of a piece: null, or why the request is refused. */
    Reason account(int count, boolean isLast, Bytes behind) {
        received += count;
        if (declared >= 0) {
            if (received > declared || isLast && received < declared) {
                return Reason.BAD_CONTENT_LENGTH;
            }
        } else if (!isFramed && received > limit()) {
            return Reason.BODY_TOO_LARGE;
        }
        isComplete = isLast;
        trailers = behind;
        return null;
    }

    /**
     * Takes a further piece, when {@link Exchange#takesBody} allows. May end the exchange.
     *
     * @param given given away; may be empty if it is the last one
     * @param isLast whether the request ends with it
     * @param behind the trailers behind a last piece without chunks: lines that may be forwarded ({@link
     *     io.leba.plugin.protocol.http.head.FieldLine#isTrailer}), with an empty line behind them, valid until the exchange
     *     ends; null: none
     */
    public void take(ByteBuf given, boolean isLast, Bytes behind) {
        if (exchange.isTunnel()) {
            exchange.tunnel().fromClient(given, isLast);
            return;
        }
        Reason reason = account(given.readableBytes(), isLast, behind);
        if (reason != null) {
            given.release();
            exchange.refuse(reason);
            return;
        }
        FilterRun filters = exchange.filters();
        boolean isSeen = filters != null && filters.seesRequestBody();
        ByteBuf piece = isSeen ? filters.requestPiece(given, isLast, behind) : given;
        if (piece == null) {
            exchange.refuse(Reason.INTERNAL_ERROR);
            return;
        }
        if (!isLast && isTooSlow(piece.readableBytes())) {
            piece.release();
            exchange.refuse(Reason.BODY_TOO_SLOW);
            return;
        }
        ClientStream client = exchange.client();
        Settings settings = exchange.engine().settings;
        if (isLast) {
            client.requestReceived();
            client.arm(
                    exchange.response().isHeadSent()
                            ? settings.backendIdleMillis
                            : exchange.delivery().responseMillis(settings.firstByteMillis));
        } else {
            client.arm(
                    exchange.response().isHeadSent()
                            ? settings.idleMillis
                            : exchange.delivery().bounded(settings.idleMillis));
        }
        exchange.delivery().passing(piece);
        BackendStream backend = exchange.delivery().stream();
        if (isLast || piece.isReadable()) {
            backend.send(piece, isLast, isSeen ? filters.requestTrailers() : behind);
        } else {
            piece.release();
        }
        if (!isLast && !backend.isWritable()) {
            client.pauseReading();
        }
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.h2.Http2Consumer;
import io.leba.plugin.protocol.http.h2.Http2Stream;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * One stream of a connection to a backend that speaks HTTP/2, for one exchange. What comes of the response while it is not wanted is bounded by the
 * stream's window, which opens as the client takes what came. A head waits for the data that comes in the same read, so that both
 * leave in one send.
 */
final class Http2BackendStream implements BackendStream, Http2Consumer {
    private final Http2Backend connection;
    private Exchange exchange;
    private Http2Stream stream;
    private int owed;
    private boolean isReading = true;
    private boolean isSending;
    private boolean isHeadHeld;
    private boolean isLost;

    /** A place on a connection; the stream is opened with the head. */
    Http2BackendStream(Http2Backend connection) {
        this.connection = connection;
    }

    // What the exchange asks.

    @Override
    public boolean takesChunks() {
        return false;
    }

    @Override
    public boolean mayBeRefused() {
        return true;
    }

    @Override
    public void serve(Exchange served) {
        exchange = served;
    }

    @Override
    public void sendHead(ByteBuf body, int headFrom) {
        RequestRelay request = exchange.body();
        Bytes trailers = request.trailers();
        boolean hasBody = body != null && body.isReadable();
        boolean isLast = request.isComplete() && !hasBody && trailers == null;
        isSending = true;
        Http2Stream opened = connection.open(this, exchange, isLast);
        if (!isLost) {
            stream = opened;
        }
        if (!isLast && (hasBody || request.isComplete())) {
            send(opened, hasBody ? body : Unpooled.EMPTY_BUFFER, request.isComplete(), trailers);
        } else {
            Placement.release(body);
        }
        isSending = false;
    }

    @Override
    public void send(ByteBuf piece, boolean isLast, Bytes trailers) {
        if (stream == null) {
            piece.release();
            return;
        }
        isSending = true;
        send(stream, piece, isLast, trailers);
        isSending = false;
    }

    private static void send(Http2Stream on, ByteBuf piece, boolean isLast, Bytes trailers) {
        boolean hasTrailers = isLast && trailers != null;
        if (piece.isReadable() || isLast && !hasTrailers) {
            on.send(piece, isLast && !hasTrailers);
        } else {
            piece.release();
        }
        if (hasTrailers) {
            on.end(Arrays.copyOf(trailers.array(), trailers.length()));
        }
    }

    @Override
    public boolean isWritable() {
        return stream != null && stream.isWritable();
    }

    @Override
    public void setReading(boolean reading) {
        isReading = reading;
        repay();
    }

    @Override
    public void leave(boolean isComplete) {
        exchange = null;
        if (stream != null) {
            Http2Stream left = stream;
            stream = null;
            left.leave();
        } else if (!isLost) {
            isLost = true;
            connection.unused();
        }
    }

    // What comes from the backend.

    @Override
    public void head(Bytes text, boolean isEnded) {
        ResponseRelay response = exchange.response();
        ResponseHead head = response.head();
        response.begun();
        head.append(text.array(), text.length());
        int result = head.scan(exchange.engine().settings.responseLimits);
        Reason reason = result == text.length() ? head.judge(exchange.request()) : problem(head);
        if (reason != null) {
            exchange.refuse(reason);
        } else if (head.status() < 200) {
            response.interim();
        } else if (response.headReceived()) {
            if (isEnded) {
                response.pass(null, Placement.ELSEWHERE, true, null);
            } else {
                isHeadHeld = true;
                connection.holdsHead(this);
            }
        }
    }

    private static Reason problem(Head head) {
        return head.error() == Reason.HEAD_TOO_LARGE || head.error() == Reason.TOO_MANY_FIELDS
                ? Reason.RESPONSE_HEAD_TOO_LARGE
                : Reason.BAD_RESPONSE;
    }

    /** Nothing more comes in the read that brought the head. */
    void readEnded() {
        if (isHeadHeld && exchange != null) {
            isHeadHeld = false;
            exchange.response().pass(null, Placement.ELSEWHERE, false, null);
        }
    }

    @Override
    public void data(ByteBuf piece, boolean isLast) {
        owed += piece.readableBytes();
        give(piece, isLast, null);
        repay();
    }

    @Override
    public void ended(Bytes trailers) {
        give(Unpooled.EMPTY_BUFFER, true, trailers);
    }

    private void give(ByteBuf piece, boolean isLast, Bytes trailers) {
        ResponseRelay response = exchange.response();
        if (isHeadHeld) {
            isHeadHeld = false;
            response.pass(piece, Placement.ELSEWHERE, isLast, trailers);
        } else {
            response.piece(piece, isLast, trailers);
        }
    }

    /** Opens the window for what the client has taken, if it takes more. */
    private void repay() {
        if (isReading && owed > 0 && stream != null) {
            int bytes = owed;
            owed = 0;
            stream.taken(bytes);
        }
    }

    @Override
    public void reset(Fault fault) {
        stream = null;
        isLost = true;
        if (!isSending) {
            lost(fault);
            return;
        }
        // The exchange is told when what it asked for has returned.
        connection.channel().eventLoop().execute(() -> lost(fault));
    }

    private void lost(Fault fault) {
        if (exchange == null) {
            return;
        }
        switch (fault) {
            case NOT_SEEN -> exchange.backendEnded(StreamEnd.UNPROCESSED);
            case REFUSED_BY_PEER -> exchange.backendEnded(StreamEnd.REFUSED);
            case RESET_BY_PEER, CONNECTION_LOST -> exchange.backendEnded(StreamEnd.RESET);
            case STALLED -> exchange.refuse(Reason.FIRST_BYTE_TIMEOUT);
            default -> exchange.refuse(Reason.BAD_RESPONSE);
        }
    }

    @Override
    public void writable() {
        exchange.backendWritable();
    }
}

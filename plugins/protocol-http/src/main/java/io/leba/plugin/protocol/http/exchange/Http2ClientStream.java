package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.h2.Http2Consumer;
import io.leba.plugin.protocol.http.h2.Http2Stream;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.Method;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * One stream of a client's HTTP/2 connection, for an exchange. What of the body comes before a backend takes it waits here, within the
 * stream's window, which is opened as the backend takes it. Objects are used again, for one stream after the other.
 */
final class Http2ClientStream implements ClientStream, Http2Consumer {
    private static final byte[] NONE = {};

    private final Http2Client connection;
    private final Loop.Deadline deadline;
    private final RequestDeadline requestDeadline;
    private final Bytes trailerLines = new Bytes(16);
    Http2ClientStream next;
    private Http2Stream stream;
    private Exchange exchange;
    private ByteBuf pending;
    private int owed;
    private boolean isInputEnded;
    private boolean isEndGiven;
    private boolean isGiving;
    private boolean isSending;

    Http2ClientStream(Http2Client connection) {
        this.connection = connection;
        this.deadline = connection.loop().loop.deadline(() -> {
            if (exchange != null) {
                exchange.expired();
            }
        });
        this.requestDeadline = new RequestDeadline(
                connection.loop().loop, connection.engine().settings.requestMillis, this::requestExpired);
    }

    /** A request has come on a stream. */
    void begin(Http2Stream on, Bytes head, boolean isEnded) {
        stream = on;
        next = null;
        owed = 0;
        isInputEnded = isEnded;
        isEndGiven = isEnded;
        trailerLines.clear();
        exchange = connection.loop().take().begin(this);
        exchange.intake().readHead(head, head.length());
    }

    void close() {
        deadline.close();
        requestDeadline.close();
    }

    // What comes from the client.

    @Override
    public void head(Bytes text, boolean isEnded) {
        // Only for streams that are opened by this end.
    }

    @Override
    public void data(ByteBuf piece, boolean isLast) {
        isInputEnded |= isLast;
        if (exchange == null) {
            piece.release();
            return;
        }
        int count = piece.readableBytes();
        exchange.received(count);
        owed += count;
        if (pending == null && exchange.takesBody()) {
            give(piece);
            repay();
        } else {
            keep(piece);
        }
    }

    /** What waits is copied out of the loop's read buffer, into one of its own. */
    private void keep(ByteBuf piece) {
        if (pending == null) {
            pending = connection.channel().alloc().directBuffer(piece.readableBytes());
        }
        pending.writeBytes(piece);
        piece.release();
    }

    @Override
    public void ended(Bytes trailers) {
        isInputEnded = true;
        if (trailers != null) {
            trailerLines.put(trailers.array(), 0, trailers.length());
        }
        resumeReading();
    }

    private Bytes trailers() {
        return trailerLines.length() == 0 ? null : trailerLines;
    }

    /** Gives a piece to the exchange, which may be over behind it. */
    private void give(ByteBuf piece) {
        isGiving = true;
        isEndGiven = isInputEnded;
        exchange.body().take(piece, isInputEnded, isInputEnded ? trailers() : null);
        isGiving = false;
    }

    /** Opens the window for what the backend has taken, if it takes more. */
    private void repay() {
        if (owed > 0 && stream != null && exchange != null && (isEndGiven || exchange.takesBody())) {
            int bytes = owed;
            owed = 0;
            stream.taken(bytes);
        }
    }

    @Override
    public void decided() {
        ByteBuf part = takePending();
        isEndGiven = isInputEnded;
        exchange.intake().forward(part, Placement.ELSEWHERE, isInputEnded, isInputEnded ? trailers() : null);
        resumeReading();
    }

    private ByteBuf takePending() {
        ByteBuf part = pending;
        pending = null;
        return part;
    }

    @Override
    public void pauseReading() {
        // The window stays closed until the backend takes more.
    }

    @Override
    public void resumeReading() {
        if (isGiving || exchange == null) {
            return;
        }
        if (exchange.takesBody() && (pending != null || isInputEnded && !isEndGiven)) {
            ByteBuf part = takePending();
            give(part == null ? Unpooled.EMPTY_BUFFER : part);
        }
        repay();
    }

    @Override
    public void reset(Fault fault) {
        stream = null;
        if (exchange == null) {
            return;
        }
        if (!isSending) {
            lost(fault);
            return;
        }
        // The exchange is told when what it asked for has returned.
        int epoch = exchange.epoch();
        connection.channel().eventLoop().execute(() -> {
            if (exchange != null && exchange.epoch() == epoch) {
                lost(fault);
            }
        });
    }

    private void lost(Fault fault) {
        switch (fault) {
            case STALLED -> exchange.fail(Reason.CLIENT_STALLED);
            case LENGTH_MISMATCH -> exchange.fail(Reason.BAD_CONTENT_LENGTH);
            case BAD_TRAILERS, BAD_FIELD_NAME, BAD_FIELD_VALUE, BAD_PSEUDO_HEADER, CONNECTION_FIELD ->
                exchange.fail(Reason.BAD_TRAILER);
            default -> exchange.clientGone();
        }
    }

    @Override
    public void writable() {
        if (exchange != null) {
            exchange.clientWritable();
        }
    }

    // What the exchange asks.

    @Override
    public Engine engine() {
        return connection.engine();
    }

    @Override
    public ClientConnection connection() {
        return connection.connection();
    }

    @Override
    public int version() {
        return 20;
    }

    @Override
    public boolean isTrusted() {
        return connection.peer().isTrusted();
    }

    @Override
    public long addressHash() {
        return connection.peer().addressHash();
    }

    @Override
    public ForwardStamp stamp() {
        return connection.peer().stamp();
    }

    @Override
    public void arm(long millis) {
        deadline.arm(millis);
    }

    @Override
    public void disarm() {
        deadline.disarm();
    }

    @Override
    public void boundRequest() {
        requestDeadline.arm();
    }

    private void requestExpired() {
        if (exchange != null) {
            exchange.requestExpired();
        }
    }

    @Override
    public void requestReceived() {
        requestDeadline.disarm();
    }

    @Override
    public boolean takesChunks() {
        return false;
    }

    @Override
    public boolean isWritable() {
        return stream != null && stream.isWritable();
    }

    @Override
    public boolean isStalled() {
        return stream != null && stream.queued() > 0 || Outgoing.isStalled(connection.channel());
    }

    @Override
    public void sendInterim(ResponseHead head) {
        if (stream != null) {
            exchange.sent(stream.sendHead(connection.fields().of(head, null), false));
        }
    }

    @Override
    public void sendHead(ResponseRelay response, ByteBuf body, int headFrom) {
        if (stream == null) {
            Placement.release(body);
            return;
        }
        Bytes trailers = response.trailers();
        boolean hasBody = body != null && body.isReadable();
        boolean isLast = response.isComplete() && !hasBody && trailers == null;
        Http2Stream on = stream;
        isSending = true;
        exchange.sent(on.sendHead(connection.fields().of(response.head(), response.edits()), isLast));
        if (!isLast && (hasBody || response.isComplete())) {
            // An empty piece with trailers behind it is given away, too.
            send(on, body == null ? Unpooled.EMPTY_BUFFER : body, response.isComplete(), trailers);
        } else {
            Placement.release(body);
        }
        isSending = false;
    }

    @Override
    public void send(ByteBuf piece, boolean isLast, Bytes trailers) {
        if (stream == null) {
            piece.release();
        } else {
            isSending = true;
            send(stream, piece, isLast, trailers);
            isSending = false;
        }
    }

    private void send(Http2Stream on, ByteBuf piece, boolean isLast, Bytes trailers) {
        exchange.sent(piece.readableBytes());
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
    public void sendRefusal(Reason reason, boolean isSound) {
        if (stream == null) {
            return;
        }
        byte[] body = exchange.request().method() == Method.HEAD ? NONE : Answer.body(reason);
        Http2Stream on = stream;
        isSending = true;
        exchange.sent(on.sendHead(connection.fields().of(reason), body.length == 0));
        if (body.length > 0) {
            exchange.sent(body.length);
            on.send(Unpooled.wrappedBuffer(body), true);
        }
        isSending = false;
    }

    @Override
    public void reset(Reason reason) {
        if (stream != null) {
            Http2Stream on = stream;
            stream = null;
            on.reset(reason.outcome() == Outcome.CLIENT_ABORTED ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR);
        }
    }

    @Override
    public void exchangeEnded(boolean isComplete) {
        exchange = null;
        deadline.disarm();
        requestReceived();
        Placement.release(takePending());
        Http2Stream on = stream;
        stream = null;
        if (on != null) {
            on.leave();
        }
        connection.left(this);
    }
}

package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.field.Priority;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.plugin.protocol.http.h2.hpack.FieldSource;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * One stream (RFC 9113 §5.1). What is sent waits here for the peer's windows; what is received is let in as it is taken. All methods do
 * nothing once the stream is closed, except that they release what they are given.
 */
public final class Http2Stream {
    private final Http2Connection connection;
    private final int id;
    final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(2);
    Http2Consumer consumer;
    int urgency = Priority.DEFAULT;
    long sendWindow;
    int queued;
    byte[] trailers;
    boolean isEndQueued;
    boolean hasLocalEnded;
    boolean hasRemoteEnded;
    boolean hasHead;
    boolean isHeadRequest;
    boolean isClosed;
    boolean isLeft;
    boolean isProducerBlocked;
    long lastProgress;

    int receiveWindow;
    int untaken;
    int unreturned;
    long contentLeft = -1;

    boolean isScheduled;
    int scheduledLevel;
    Http2Stream nextScheduled;

    Http2Stream(Http2Connection connection, int id, long sendWindow, int receiveWindow) {
        this.connection = connection;
        this.id = id;
        this.sendWindow = sendWindow;
        this.receiveWindow = receiveWindow;
    }

    /** Its number. */
    public int id() {
        return id;
    }

    /** Whether it is over, in whatever way. */
    public boolean isClosed() {
        return isClosed;
    }

    /** Sends a head, interim or final; {@code isLast}: there is nothing behind it. Returns its size on the wire. */
    public int sendHead(FieldSource fields, boolean isLast) {
        return isClosed || isEndQueued ? 0 : connection.sender().head(this, fields, isLast);
    }

    /** Sends data, which is given away; {@code isLast}: there is nothing behind it. */
    public void send(ByteBuf piece, boolean isLast) {
        if (isClosed || isEndQueued) {
            piece.release();
        } else {
            connection.sender().data(this, piece, isLast);
        }
    }

    /** Ends it; with trailers as HTTP/1.1 lines, or null. */
    public void end(byte[] trailerLines) {
        if (!isClosed && !isEndQueued) {
            trailers = trailerLines;
            connection.sender().end(this);
        }
    }

    /** Whether more data is welcome. If not, {@link Http2Consumer#writable} tells when it is. */
    public boolean isWritable() {
        boolean isWritable = !isClosed && connection.sender().hasRoom(this);
        isProducerBlocked = !isWritable;
        return isWritable;
    }

    /** The consumer has done with bytes of {@link Http2Consumer#data}: the peer may send as many more. */
    public void taken(int bytes) {
        if (!isClosed) {
            connection.taken(this, bytes);
        }
    }

    /** Breaks it off; the consumer is not told. */
    public void reset(ErrorCode code) {
        if (!isClosed) {
            isLeft = true;
            consumer = null;
            connection.resetByConsumer(this, code);
        }
    }

    /** Whoever serves it has said all and wants to hear no more; what is queued is still sent. */
    public void leave() {
        isLeft = true;
        consumer = null;
        if (!isClosed) {
            connection.left(this);
        }
    }

    /** How many bytes wait to be sent. */
    public int queued() {
        return queued;
    }

    void releaseQueue() {
        for (ByteBuf piece = queue.poll(); piece != null; piece = queue.poll()) {
            piece.release();
        }
        queued = 0;
    }
}

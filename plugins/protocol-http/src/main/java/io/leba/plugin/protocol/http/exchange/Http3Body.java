package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/**
 * What comes behind the head on a stream of HTTP/3, on its way to an exchange. A body that no backend takes is not read, so that QUIC's
 * window stays closed; one turn's reading waits here at most.
 */
final class Http3Body {
    private final Channel channel;
    private final Bytes trailerLines = new Bytes(0);
    /** Null before a head has come, and when its exchange is over. */
    private Exchange exchange;

    private ByteBuf pending;
    private boolean isInputEnded;
    private boolean isEndGiven;
    private boolean isGiving;

    Http3Body(Channel channel) {
        this.channel = channel;
    }

    /** A head has come, for an exchange. */
    void begin(Exchange of, boolean isEnded) {
        exchange = of;
        isInputEnded = isEnded;
        isEndGiven = isEnded;
    }

    /** A piece has come, which is given away. */
    void data(ByteBuf piece, boolean isLast) {
        isInputEnded |= isLast;
        if (exchange == null) {
            piece.release();
            return;
        }
        exchange.received(piece.readableBytes());
        if (pending == null && exchange.takesBody()) {
            give(piece);
        } else {
            keep(piece);
        }
    }

    private void keep(ByteBuf piece) {
        if (pending == null) {
            pending = channel.alloc().directBuffer(piece.readableBytes());
        }
        pending.writeBytes(piece);
        piece.release();
        channel.config().setAutoRead(false);
    }

    /** The request has ended; its trailers may be null. */
    void ended(Bytes trailers) {
        isInputEnded = true;
        if (trailers != null) {
            trailerLines.put(trailers.array(), 0, trailers.length());
        }
        resume();
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

    /** Its way is decided: gives what has come. */
    void decided() {
        ByteBuf part = takePending();
        isEndGiven = isInputEnded;
        exchange.intake().forward(part, Placement.ELSEWHERE, isInputEnded, isInputEnded ? trailers() : null);
        resume();
    }

    private ByteBuf takePending() {
        ByteBuf part = pending;
        pending = null;
        return part;
    }

    /** The exchange may take more. */
    void resume() {
        if (isGiving || exchange == null) {
            return;
        }
        if (exchange.takesBody() && (pending != null || isInputEnded && !isEndGiven)) {
            ByteBuf part = takePending();
            give(part == null ? Unpooled.EMPTY_BUFFER : part);
        }
        if (exchange != null && exchange.takesBody() && pending == null) {
            channel.config().setAutoRead(true);
        }
    }

    /** The exchange is over; what waits goes. */
    void end() {
        exchange = null;
        Placement.release(takePending());
    }
}

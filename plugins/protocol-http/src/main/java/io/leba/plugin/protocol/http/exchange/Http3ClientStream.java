package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.h3.Http3Fault;
import io.leba.plugin.protocol.http.h3.RequestConsumer;
import io.leba.plugin.protocol.http.h3.RequestStream;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.Method;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * One stream of a client's HTTP/3 connection, for an exchange. What a client still sends behind its answer is read and thrown away for a while.
 */
final class Http3ClientStream extends ChannelInboundHandlerAdapter implements ClientStream, RequestConsumer {
    private static final int UNWANTED = 1 << 20;
    private static final long UNWANTED_MILLIS = 5_000;
    private static final long HELD_MILLIS = 20;

    private final Http3Client connection;
    private final QuicStreamChannel channel;
    private final Http3Output output;
    private final RequestStream request;
    private final Http3Body body;
    private final Loop.Deadline deadline;
    private final RequestDeadline requestDeadline;
    private Exchange exchange;
    private Http3Fault fault;
    private long unwanted;
    private boolean hasFin;
    private boolean isOver;
    private boolean isAbandoned;
    private boolean isClosed;

    Http3ClientStream(Http3Client connection, QuicStreamChannel channel) {
        this.connection = connection;
        this.channel = channel;
        this.output = new Http3Output(channel, connection, this::clientGone);
        this.request = new RequestStream(connection.engine().settings.http3, connection.scratch(), this);
        this.body = new Http3Body(channel);
        this.deadline = connection.loop().loop.deadline(this::expired);
        this.requestDeadline = new RequestDeadline(
                connection.loop().loop, connection.engine().settings.requestMillis, this::requestExpired);
    }

    // What comes from the client.

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (connection.opened(channel.streamId())) {
            deadline.arm(engine().settings.requestHeadMillis);
        } else {
            fail(Http3Fault.NOT_SEEN);
        }
        active.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            QuicStreamFrame frame = (QuicStreamFrame) message;
            hasFin |= frame.hasFin();
            if (isOver) {
                discard(frame.content().readableBytes());
                return;
            }
            Http3Fault found = request.receive(frame.content(), frame.hasFin());
            if (found != null && !isOver) {
                fail(found);
            } else if (found != null && found.isFatal()) {
                connection.fault(found);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void holds() {
        channel.eventLoop().schedule(this::release, HELD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void release() {
        if (!isOver && !isClosed) {
            Http3Fault found = request.releaseHeld();
            if (found != null) {
                fail(found);
            }
        }
    }

    @Override
    public boolean useless() {
        return connection.conduct().takesUseless(connection.loop().loop.coarseNanos());
    }

    @Override
    public void head(Bytes text, boolean isEnded) {
        deadline.disarm();
        exchange = connection.loop().take().begin(this);
        body.begin(exchange, isEnded);
        exchange.intake().readHead(text, text.length());
    }

    @Override
    public void data(ByteBuf piece, boolean isLast) {
        body.data(piece, isLast);
    }

    @Override
    public void ended(Bytes trailers) {
        body.ended(trailers);
    }

    @Override
    public void decided() {
        body.decided();
    }

    @Override
    public void pauseReading() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resumeReading() {
        body.resume();
    }

    // How it ends.

    /** Its client does something wrong, or takes too long. */
    private void fail(Http3Fault found) {
        fault = found;
        connection.fault(found);
        if (found.isFatal()) {
            return; // the connection's end is that of the exchange
        }
        boolean isFine = found == Http3Fault.NOT_SEEN
                || connection.conduct().takesReset(connection.loop().loop.coarseNanos());
        if (exchange == null) {
            abandon(found.code());
        } else {
            switch (found) {
                case LENGTH_MISMATCH -> exchange.fail(Reason.BAD_CONTENT_LENGTH);
                case RESET_BY_PEER, BAD_FRAME -> exchange.clientGone();
                default -> exchange.fail(Reason.BAD_TRAILER);
            }
        }
        if (!isFine) {
            connection.fault(Http3Fault.RAPID_RESET);
        }
    }

    private void expired() {
        if (exchange != null) {
            exchange.expired();
        } else if (isOver) {
            abandon(Http3Fault.NO_ERROR);
        } else {
            fail(Http3Fault.HEAD_TIMEOUT);
        }
    }

    /** Throws away what the client sends behind its answer, for as long as that is reasonable. */
    private void discard(int bytes) {
        unwanted += bytes;
        if (unwanted > UNWANTED && !hasFin) {
            abandon(Http3Fault.NO_ERROR);
        }
    }

    /** Ends both directions; what was sent whole stays sent. */
    private void abandon(int code) {
        isOver = true;
        if (isAbandoned || isClosed) {
            return;
        }
        isAbandoned = true;
        deadline.disarm();
        if (!output.hasEnded()) {
            channel.shutdownOutput(code);
        }
        if (!hasFin) {
            channel.shutdownInput(code);
            connection.left();
        }
        channel.close();
    }

    private void clientGone() {
        if (exchange != null) {
            exchange.clientGone();
        }
    }

    /** The client has reset the stream, or QUIC gives it up. */
    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        if (!isOver) {
            fail(Http3Fault.RESET_BY_PEER);
        } else {
            abandon(Http3Fault.NO_ERROR);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        ended();
        inactive.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        ended();
    }

    private void ended() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        clientGone();
        deadline.close();
        requestDeadline.close();
        connection.closed();
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
        return 30;
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
        return !isAbandoned && channel.isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (exchange != null && channel.isWritable()) {
            exchange.clientWritable();
        }
        changed.fireChannelWritabilityChanged();
    }

    @Override
    public boolean isStalled() {
        return output.isStalled();
    }

    @Override
    public void sendInterim(ResponseHead head) {
        exchange.sent(output.head(connection.fields().of(head, null), false));
    }

    @Override
    public void sendHead(ResponseRelay response, ByteBuf body, int headFrom) {
        Bytes trailers = response.trailers();
        boolean hasBody = body != null && body.isReadable();
        boolean isLast = response.isComplete() && !hasBody && trailers == null;
        exchange.sent(output.head(connection.fields().of(response.head(), response.edits()), isLast));
        if (!isLast && (hasBody || response.isComplete())) {
            send(hasBody ? body : Unpooled.EMPTY_BUFFER, response.isComplete(), trailers);
        } else {
            Placement.release(body);
        }
    }

    @Override
    public void send(ByteBuf piece, boolean isLast, Bytes trailers) {
        exchange.sent(piece.readableBytes());
        output.data(piece, isLast && trailers == null);
        if (isLast && trailers != null) {
            output.trailers(trailers);
        }
    }

    @Override
    public void sendRefusal(Reason reason, boolean isSound) {
        byte[] body = exchange.request().method() == Method.HEAD ? new byte[0] : Answer.body(reason);
        exchange.sent(output.head(connection.fields().of(reason), body.length == 0));
        if (body.length > 0) {
            exchange.sent(body.length);
            output.data(Unpooled.wrappedBuffer(body), true);
        }
    }

    @Override
    public void reset(Reason reason) {
        int code =
                reason.outcome() == Outcome.CLIENT_ABORTED ? Http3Fault.REQUEST_CANCELLED : Http3Fault.INTERNAL_ERROR;
        abandon(fault == null ? code : fault.code());
    }

    @Override
    public void exchangeEnded(boolean isComplete) {
        exchange = null;
        isOver = true;
        deadline.disarm();
        requestReceived();
        body.end();
        connection.conduct().served();
        if (!isAbandoned && !hasFin) {
            deadline.arm(UNWANTED_MILLIS);
            channel.config().setAutoRead(true);
        }
    }
}

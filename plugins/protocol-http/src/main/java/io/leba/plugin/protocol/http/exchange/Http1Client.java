package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.ResponseComposer.Persistence;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * A client's connection that speaks HTTP/1: reads requests one after the other, gives each to an {@link Exchange}, and keeps what comes in
 * between. While something is kept nothing more is read, and no request is begun while responses wait to be read; so a
 * client can make LEBA hold no more than one read of its own, and one response.
 *
 * <p>An idle connection has this object and a deadline, no buffer and no exchange.
 */
final class Http1Client extends ChannelInboundHandlerAdapter implements ClientStream {
    private final Engine engine;
    private final ClientConnection client;
    private final Channel channel;
    private final LoopState loop;
    private final Http1Output output;
    private final Loop.Deadline deadline;
    private final ClientPeer peer;
    private final RequestDeadline requestDeadline;
    private Exchange exchange;
    private Departure departure;
    private ByteBuf pending;
    private long unsent = Long.MAX_VALUE;
    private int served;
    private boolean clientStays;
    private boolean isInEmptyLine;
    private boolean isAdvancing;
    private boolean isInputClosed;
    private boolean isDrained;
    private boolean isClosing;

    Http1Client(Engine engine, ClientConnection client, LoopState loop) {
        this.engine = engine;
        this.client = client;
        this.channel = client.channel();
        this.loop = loop;
        this.output = new Http1Output(channel, loop);
        this.peer = new ClientPeer(engine.settings, client, "1.1");
        this.requestDeadline = new RequestDeadline(loop.loop, engine.settings.requestMillis, this::requestExpired);
        this.deadline = loop.loop.deadline(this::expired);
        client.onDrain(this::drain);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        deadline.arm(engine.settings.requestHeadMillis);
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public ClientConnection connection() {
        return client;
    }

    @Override
    public boolean isTrusted() {
        return peer.isTrusted();
    }

    /** Whether the connection may serve another request after the one under way. */
    private boolean mayStay() {
        return !isInputClosed && served + 1 < engine.settings.keepAliveRequests && !client.isDraining();
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
    public ForwardStamp stamp() {
        return peer.stamp();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf buf = (ByteBuf) msg;
        if (isClosing) {
            discard(buf);
        } else if (pending != null || !canConsume()) {
            keep(buf);
        } else {
            consume(buf, false);
        }
    }

    private void discard(ByteBuf buf) {
        if (departure == null) {
            buf.release();
        } else {
            departure.discard(buf);
        }
    }

    /** Takes the buffer, which {@link #canConsume} allows. {@code isKept} says that it is not the loop's shared one. */
    private void consume(ByteBuf buf, boolean isKept) {
        if (exchange == null) {
            begin(buf, isKept);
        } else if (exchange.isReadingHead()) {
            exchange.requestReader().readHead(this, buf, isKept);
        } else if (exchange.isTunnel()) {
            exchange.received(buf.readableBytes());
            exchange.body().take(buf, false, null);
        } else {
            exchange.requestReader().readBody(this, buf, isKept);
        }
    }

    /** A request begins. An empty line in front of it is passed over (RFC 9112 §2.2). */
    private void begin(ByteBuf given, boolean isKept) {
        ByteBuf buf = given;
        if (isInEmptyLine) {
            isInEmptyLine = false;
            buf = Placement.withHeadroom(loop.loop.allocator(), given, 1);
            buf.setByte(0, '\r').readerIndex(0);
        }
        int i = buf.readerIndex();
        int end = buf.writerIndex();
        while (i + 1 < end && buf.getByte(i) == '\r' && buf.getByte(i + 1) == '\n') {
            i += 2;
        }
        if (i + 1 == end && buf.getByte(i) == '\r') {
            isInEmptyLine = true;
            i++;
        }
        if (i == end) {
            buf.release();
            return;
        }
        exchange = loop.take().begin(this);
        exchange.requestReader().readHead(this, buf.readerIndex(i), isKept || buf != given);
    }

    /** Keeps input until its turn comes. */
    private void keep(ByteBuf buf) {
        keep(buf, buf.readerIndex());
        buf.release();
    }

    /** Keeps a copy of what is in the buffer from an index on. */
    void keep(ByteBuf buf, int from) {
        int count = buf.writerIndex() - from;
        if (count <= 0) {
            return;
        }
        if (pending == null) {
            pending = channel.alloc().directBuffer(count);
        }
        pending.writeBytes(buf, from, count);
        setReading(false);
    }

    /** Keeps the buffer itself, which is not the loop's shared one. */
    void keepOwn(ByteBuf buf) {
        pending = buf;
        setReading(false);
    }

    @Override
    public void decided() {
        ByteBuf kept = pending;
        pending = null;
        exchange.requestReader().decided(this, kept == null ? Unpooled.EMPTY_BUFFER : kept);
        resumeReading();
    }

    @Override
    public void pauseReading() {
        setReading(false);
    }

    private void setReading(boolean isReading) {
        if (channel.config().isAutoRead() != isReading) {
            channel.config().setAutoRead(isReading);
        }
    }

    @Override
    public void resumeReading() {
        if (isAdvancing || isClosing) {
            return;
        }
        isAdvancing = true;
        while (pending != null && !isClosing && canConsume()) {
            ByteBuf input = pending;
            pending = null;
            consume(input, true);
        }
        isAdvancing = false;
        if (pending == null && !isClosing) {
            if (isInputClosed) {
                inputEnded();
            } else if (canConsume() || exchange != null && exchange.isRequestComplete() && !exchange.isTunnel()) {
                setReading(true);
            }
        }
    }

    /** Whether input is wanted now: a request, if the client reads its responses, or the rest of one. */
    private boolean canConsume() {
        if (exchange == null) {
            return channel.isWritable();
        }
        return exchange.isReadingHead() || exchange.takesBody();
    }

    @Override
    public void exchangeEnded(boolean isComplete) {
        boolean stays = isComplete && clientStays;
        exchange = null;
        served++;
        if (isClosing) {
            return;
        }
        // A request that has come already is served; its response says that it is the last one.
        // One that was not told stays, while the frontend lingers, for a request that may be on its way.
        boolean isLast = pending == null && (isInputClosed || isDrained);
        if (!stays || isLast) {
            close();
            return;
        }
        unsent = Long.MAX_VALUE;
        deadline.arm(engine.settings.idleMillis);
        if (!channel.isWritable()) {
            setReading(false);
        } else if (!channel.config().isAutoRead()) {
            resumeReading();
        }
    }

    @Override
    public long addressHash() {
        return peer.addressHash();
    }

    @Override
    public int version() {
        return 10 + exchange.request().minorVersion();
    }

    @Override
    public boolean takesUpgrades() {
        return true;
    }

    @Override
    public boolean endOutput() {
        return !client.isSecure() && HalfClose.endOutput(channel);
    }

    @Override
    public boolean takesChunks() {
        return true;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public boolean isStalled() {
        return Outgoing.isStalled(channel);
    }

    @Override
    public void sendInterim(ResponseHead head) {
        output.interim(exchange, head);
    }

    @Override
    public void sendHead(ResponseRelay response, ByteBuf body, int headFrom) {
        Persistence persistence = persistence(response.head());
        clientStays = persistence == Persistence.SILENT || persistence == Persistence.KEEP_ALIVE;
        output.head(exchange, persistence, body, headFrom);
    }

    /** What the head says about the connection. */
    private Persistence persistence(ResponseHead head) {
        if (head.status() == 101) {
            return Persistence.UPGRADE;
        }
        boolean stays = exchange.request().keepsAlive()
                && exchange.body().isComplete()
                && head.sentLength() != ResponseHead.UNTIL_CLOSE
                && !(head.isUnchunked() && head.sentLength() != 0)
                && mayStay();
        if (!stays) {
            return Persistence.CLOSE;
        }
        return exchange.request().minorVersion() == 0 ? Persistence.KEEP_ALIVE : Persistence.SILENT;
    }

    @Override
    public void send(ByteBuf piece, boolean isLast, Bytes trailers) {
        output.piece(exchange, piece, isLast, trailers);
    }

    @Override
    public void sendRefusal(Reason reason, boolean isSound) {
        clientStays = isSound && exchange.request().keepsAlive() && mayStay();
        output.refusal(exchange, reason, clientStays);
    }

    /** Ends the connection when all is sent. */
    private void close() {
        if (isClosing) {
            return;
        }
        isClosing = true;
        releasePending();
        requestDeadline.disarm();
        departure = new Departure(channel, deadline, engine, loop.index, client.isSecure());
        departure.begin(isInputClosed);
    }

    @Override
    public void reset(Reason reason) {
        isClosing = true;
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    private void drain() {
        isDrained = true;
        if (exchange != null) {
            exchange.drain();
        }
        if (exchange == null && pending == null && !isClosing) {
            close();
        }
    }

    private void expired() {
        if (departure != null) {
            departure.expired();
        } else if (exchange != null) {
            exchange.expired();
        } else if (isTakingResponse()) {
            deadline.arm(engine.settings.idleMillis);
        } else {
            if (unsent > 0) {
                engine.counts().refusal(loop.index, Reason.CLIENT_STALLED);
            }
            channel.close();
        }
    }

    /** Whether the client, which has nothing asked since, has read of its last response since this was last looked at. */
    private boolean isTakingResponse() {
        long before = unsent;
        unsent = Outgoing.unsent(channel);
        return unsent > 0 && before - unsent >= Math.min(before, engine.settings.leastTaken);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            isInputClosed = true;
            if (pending == null) {
                inputEnded();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    /** The client has sent its last byte: what is complete is served, what is not never will be. */
    private void inputEnded() {
        if (departure != null) {
            departure.inputEnded();
        } else if (isClosing) {
            channel.close();
        } else if (exchange == null) {
            close();
        } else if (exchange.isTunnel()) {
            exchange.body().take(Unpooled.EMPTY_BUFFER, true, null);
        } else if (!exchange.isRequestComplete()) {
            exchange.clientGone();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            if (exchange != null) {
                exchange.clientWritable();
            } else {
                resumeReading();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        isClosing = true;
        isInputClosed = true;
        if (exchange != null) {
            exchange.clientGone();
        }
        releasePending();
        deadline.close();
        requestDeadline.close();
    }

    private void releasePending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        releasePending();
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h2.Http2Connection;
import io.leba.plugin.protocol.http.h2.Http2Consumer;
import io.leba.plugin.protocol.http.h2.Http2Events;
import io.leba.plugin.protocol.http.h2.Http2Limits;
import io.leba.plugin.protocol.http.h2.Http2Stream;
import io.leba.plugin.protocol.http.h2.Role;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Method;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection to a backend that speaks HTTP/2: brings its channel and the protocol together, and gives places for streams on it. As long as
 * it carries any it belongs to its {@link SharedConnections}; between two it waits in the loop's pool like any other.
 */
final class Http2Backend extends ChannelInboundHandlerAdapter implements BackendConnection, Http2Events {
    private static final long TICK_MILLIS = 1_000;

    private final Channel channel;
    private final Backend backend;
    private final Engine engine;
    private final LoopState loop;
    private final ChannelFrames frames;
    private final Loop.Deadline deadline;
    private final List<Http2BackendStream> heldHeads = new ArrayList<>();
    private Http2Connection connection;
    private SharedConnections shared;
    private ClientConnection client;
    private int reserved;
    private boolean isUsable;
    private boolean isClosing;
    private boolean isEnded;

    Http2Backend(Engine engine, Channel channel, Backend backend, LoopState loop) {
        this.engine = engine;
        this.channel = channel;
        this.backend = backend;
        this.loop = loop;
        this.frames = new ChannelFrames(channel, loop.loop);
        this.deadline = loop.loop.deadline(this::tick);
        frames.onFlushed(this::rest);
        // What the backend said before it took no more must not be lost to the failure of a write.
        channel.config().setAutoClose(false);
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    /** Whom it is for; null: anybody. */
    ClientConnection client() {
        return client;
    }

    /** The connection stands: says what comes first. Usable once the backend has said its settings. */
    void begin(SharedConnections of, ClientConnection forClient, Http2Limits limits) {
        connection = new Http2Connection(Role.CLIENT, limits, loop.http2Backends(limits), frames, this);
        frames.carry(connection);
        shared = of;
        client = forClient;
        connection.start();
        deadline.arm(TICK_MILLIS);
    }

    /** Carries streams again, after it waited in the pool. */
    void resume(SharedConnections of) {
        shared = of;
        deadline.arm(TICK_MILLIS);
        frames.flushLater();
    }

    /** Whether another stream has room on it. */
    boolean hasRoom() {
        return isUsable
                && !isClosing
                && connection.canOpen(reserved)
                && loop.loop.pool().isCurrent(this);
    }

    /** A place for a stream. */
    Http2BackendStream reserve() {
        reserved++;
        return new Http2BackendStream(this);
    }

    /** A place was given back without a stream. */
    void unused() {
        reserved--;
        frames.flushLater();
        changed();
    }

    /** Opens the stream of a place, and sends the request's head. */
    Http2Stream open(Http2BackendStream place, Exchange exchange, boolean isLast) {
        reserved--;
        boolean isHead = exchange.request().method() == Method.HEAD;
        return connection.open(place, loop.requestFields().of(exchange), isHead, isLast);
    }

    /** A stream has got a head, which waits for the end of the read at the longest. */
    void holdsHead(Http2BackendStream stream) {
        heldHeads.add(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf buf = (ByteBuf) msg;
        frames.readBegins();
        try {
            connection.receive(buf);
        } finally {
            buf.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (int i = 0; i < heldHeads.size(); i++) {
            heldHeads.get(i).readEnded();
        }
        heldHeads.clear();
        frames.readEnded();
        if (isClosing) {
            channel.close();
        }
    }

    /** Behind each flush: a connection that carries nothing waits in the pool for more. */
    private void rest() {
        if (shared == null || !isUsable || isClosing || connection.open() > 0 || reserved > 0) {
            return;
        }
        if (!Outgoing.isStalled(channel)) {
            SharedConnections former = shared;
            shared = null;
            deadline.disarm();
            former.rests(this);
            loop.loop.pool().release(this);
        }
    }

    private void tick() {
        connection.tick();
        if (shared != null) {
            deadline.arm(TICK_MILLIS);
        }
        frames.flushNow();
    }

    @Override
    public Http2Consumer request(Http2Stream stream, Bytes head, boolean isEnded) {
        throw new IllegalStateException("a backend does not ask");
    }

    @Override
    public void fault(Fault fault) {
        engine.counts().fault(loop.index, fault);
    }

    @Override
    public void changed() {
        if (shared == null) {
            return;
        }
        if (isUsable) {
            shared.freed();
        } else if (connection.isSettled()) {
            isUsable = true;
            shared.settled(this);
        }
    }

    @Override
    public void finished() {
        isClosing = true;
        if (!frames.isReading()) {
            connection.flush();
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            connection.writable();
            frames.flushNow();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ended();
    }

    private void ended() {
        if (isEnded) {
            return;
        }
        isEnded = true;
        isClosing = true;
        frames.closed();
        deadline.close();
        SharedConnections former = shared;
        shared = null;
        if (former != null) {
            former.lost(this, isUsable);
        }
        if (connection != null) {
            connection.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            channel.close();
        }
        // Otherwise what can still be read is read: a failed read closes by itself, a failed write ends the output
        // alone.
    }
}

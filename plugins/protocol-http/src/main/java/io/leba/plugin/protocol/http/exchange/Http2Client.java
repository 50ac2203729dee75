package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h2.Http2Connection;
import io.leba.plugin.protocol.http.h2.Http2Consumer;
import io.leba.plugin.protocol.http.h2.Http2Events;
import io.leba.plugin.protocol.http.h2.Http2Stream;
import io.leba.plugin.protocol.http.h2.Role;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * A client's connection that speaks HTTP/2: brings its channel and the protocol together, and gives each stream a place of its own
 * in the engine. What is written during a turn of the loop leaves at its end, in one send.
 *
 * <p>An idle connection has this object, the state of its tables and windows, and a deadline; streams and what serves them go when they end.
 */
final class Http2Client extends ChannelInboundHandlerAdapter implements Http2Events {
    private static final int FREE = 128;
    private static final long TICK_MILLIS = 1_000;
    /** Less than what answers to control frames may pile up to before they end the connection. */
    private static final int UNREAD = 128 << 10;

    private final Engine engine;
    private final ClientConnection client;
    private final Channel channel;
    private final LoopState loop;
    private final Http2Connection connection;
    private final ResponseFields fields;
    private final Loop.Deadline deadline;
    private final ClientPeer peer;
    private final ChannelFrames frames;
    private Http2ClientStream free;
    private int freeCount;
    private Departure departure;
    private long idleSince;
    private int served;
    private boolean isWatched;
    private boolean isInputClosed;
    private boolean isClosing;
    private boolean isClosed;

    Http2Client(Engine engine, ClientConnection client, LoopState loop) {
        this.engine = engine;
        this.client = client;
        this.channel = client.channel();
        this.loop = loop;
        this.fields = new ResponseFields(loop, engine.alternative(client));
        this.peer = new ClientPeer(engine.settings, client, "2.0");
        this.frames = new ChannelFrames(channel, loop.loop);
        this.idleSince = loop.loop.coarseNanos();
        this.connection = new Http2Connection(
                Role.SERVER, engine.settings.http2, loop.http2(engine.settings.http2), frames, this);
        frames.carry(connection);
        this.deadline = loop.loop.deadline(this::expired);
        client.onDrain(this::drain);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        deadline.arm(TICK_MILLIS);
        connection.start();
    }

    Engine engine() {
        return engine;
    }

    ClientConnection connection() {
        return client;
    }

    Channel channel() {
        return channel;
    }

    LoopState loop() {
        return loop;
    }

    ResponseFields fields() {
        return fields;
    }

    ClientPeer peer() {
        return peer;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf buf = (ByteBuf) msg;
        if (departure != null) {
            departure.discard(buf);
            return;
        }
        frames.readBegins();
        try {
            connection.receive(buf);
        } finally {
            buf.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        frames.readEnded();
        if (!isWatched && connection.isCut() && departure == null) {
            isWatched = true;
            deadline.arm(TICK_MILLIS);
        }
        // Heads and resets know no window: who does not read them is not read from.
        if (!channel.isWritable()
                && frames.unsent() > UNREAD
                && departure == null
                && channel.config().isAutoRead()) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public Http2Consumer request(Http2Stream stream, Bytes head, boolean isEnded) {
        if (connection.open() == 1) {
            deadline.arm(TICK_MILLIS);
        }
        if (++served >= engine.settings.keepAliveRequests || client.isDraining()) {
            connection.drain();
        }
        Http2ClientStream place = free;
        if (place == null) {
            place = new Http2ClientStream(this);
        } else {
            free = place.next;
            freeCount--;
        }
        place.begin(stream, head, isEnded);
        return place;
    }

    /** A stream's place is free for another one. */
    void left(Http2ClientStream place) {
        idleSince = loop.loop.coarseNanos();
        if (isClosed || freeCount == FREE) {
            place.close();
            return;
        }
        place.next = free;
        free = place;
        freeCount++;
    }

    @Override
    public void fault(Fault fault) {
        engine.counts().fault(loop.index, fault);
    }

    @Override
    public void finished() {
        if (isClosing) {
            return;
        }
        isClosing = true;
        if (frames.isReading()) {
            // The rest of what is being read is not wanted; the end comes when the protocol has returned.
            channel.eventLoop().execute(this::depart);
        } else {
            depart();
        }
    }

    private void depart() {
        if (departure == null && !isClosed) {
            connection.flush();
            departure = new Departure(channel, deadline, engine, loop.index, client.isSecure());
            departure.begin(isInputClosed);
        }
    }

    @Override
    public void changed() {
        // This end opens no streams.
    }

    private void drain() {
        connection.drain();
        frames.flushNow();
    }

    private void expired() {
        if (departure != null) {
            departure.expired();
            return;
        }
        connection.tick();
        if (!isClosing) {
            long idle = (loop.loop.coarseNanos() - idleSince) / 1_000_000;
            isWatched = connection.isCut();
            boolean isIdle = connection.open() == 0 && !isWatched;
            if (isIdle && idle >= engine.settings.idleMillis) {
                connection.drain();
            }
            deadline.arm(isIdle ? Math.max(TICK_MILLIS, engine.settings.idleMillis - idle) : TICK_MILLIS);
        }
        frames.flushNow();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !isInputClosed) {
            isInputClosed = true;
            if (departure != null) {
                departure.inputEnded();
            } else {
                connection.inputEnded();
                frames.flushNow();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable() && !isClosed) {
            if (departure == null && !channel.config().isAutoRead()) {
                channel.config().setAutoRead(true);
            }
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
        if (isClosed) {
            return;
        }
        isClosed = true;
        isClosing = true;
        frames.closed();
        connection.closed();
        deadline.close();
        for (; free != null; free = free.next) {
            free.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }
}

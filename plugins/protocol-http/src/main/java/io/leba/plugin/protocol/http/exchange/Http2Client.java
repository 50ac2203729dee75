package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h2.Http2Connection;
import io.leba.plugin.protocol.http.h2.Http2Consumer;
import io.leba.plugin.protocol.http.h2.Http2Events;
import io.leba.plugin.protocol.http.h2.Http2Stream;
import io.leba.plugin.protocol.http.h2.Role;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.frame.FrameOutput;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.spi.balance.Hash64;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/**
 * A client's connection that speaks HTTP/2: brings its channel and the protocol together, and gives each stream a place of its own
 * in the engine. What is written during a turn of the loop leaves at its end, in one send.
 *
 * <p>An idle connection has this object, the state of its tables and windows, and a deadline; streams and what serves them go when they end.
 */
final class Http2Client extends ChannelInboundHandlerAdapter implements FrameOutput, Http2Events {
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
    private final Runnable flushing = this::flushNow;
    private final boolean isTrusted;
    private Http2ClientStream free;
    private int freeCount;
    private ForwardStamp stamp;
    private Departure departure;
    private long addressHash;
    private long idleSince;
    private int served;
    private boolean isFlushAsked;
    private boolean isWatched;
    private boolean isReading;
    private boolean isInputClosed;
    private boolean isClosing;
    private boolean isClosed;

    Http2Client(Engine engine, ClientConnection client, LoopState loop) {
        this.engine = engine;
        this.client = client;
        this.channel = client.channel();
        this.loop = loop;
        this.fields = new ResponseFields(loop);
        this.isTrusted = engine.settings.isTrusted(client.clientAddress().getAddress());
        this.idleSince = loop.loop.coarseNanos();
        this.connection =
                new Http2Connection(Role.SERVER, engine.settings.http2, loop.http2(engine.settings.http2), this, this);
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

    boolean isTrusted() {
        return isTrusted;
    }

    long addressHash() {
        if (addressHash == 0) {
            long hash = Hash64.of(client.clientAddress().getAddress().getAddress());
            addressHash = hash == 0 ? 1 : hash;
        }
        return addressHash;
    }

    ForwardStamp stamp() {
        if (stamp == null) {
            InetSocketAddress peer = client.clientAddress();
            stamp = new ForwardStamp(
                    NetUtil.toAddressString(peer.getAddress()),
                    client.isSecure(),
                    engine.settings.via,
                    NetUtil.toSocketAddressString(client.localAddress()));
        }
        return stamp;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf buf = (ByteBuf) msg;
        if (departure != null) {
            departure.discard(buf);
            return;
        }
        isReading = true;
        try {
            connection.receive(buf);
        } finally {
            buf.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        isReading = false;
        flushNow();
        if (!isWatched && connection.isCut() && departure == null) {
            isWatched = true;
            deadline.arm(TICK_MILLIS);
        }
        // Heads and resets know no window: who does not read them is not read from.
        if (!channel.isWritable()
                && unsent() > UNREAD
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
        if (isReading) {
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
        flushNow();
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
        flushNow();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !isInputClosed) {
            isInputClosed = true;
            if (departure != null) {
                departure.inputEnded();
            } else {
                connection.inputEnded();
                flushNow();
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
            flushNow();
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

    @Override
    public ByteBufAllocator allocator() {
        return loop.loop.allocator();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void write(ByteBuf buf) {
        channel.write(buf, channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void flushLater() {
        if (!isFlushAsked && !isReading) {
            isFlushAsked = true;
            channel.eventLoop().execute(flushing);
        }
    }

    private void flushNow() {
        isFlushAsked = false;
        if (!isClosed) {
            connection.flush();
        }
    }

    @Override
    public long unsent() {
        return Outgoing.unsent(channel);
    }

    @Override
    public long nanos() {
        return loop.loop.coarseNanos();
    }
}

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h3.ControlStreams;
import io.leba.plugin.protocol.http.h3.Http3Fault;
import io.leba.plugin.protocol.http.h3.Http3Scratch;
import io.leba.plugin.protocol.http.h3.PeerConduct;
import io.leba.plugin.protocol.http.h3.Varint;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;

/**
 * A client's connection that speaks HTTP/3: gives each of its streams a handler, speaks on the control stream, and ends the connection
 * when it is idle, drained, or broken. Loss, order, windows and migration are QUIC's matter.
 */
final class Http3Client extends ChannelInboundHandlerAdapter {
    private static final long TICK_MILLIS = 1_000;
    private static final long FAREWELL_MILLIS = 200;
    /** The largest id of a request's stream: what GOAWAY says before the last one is known (RFC 9114 §5.2). */
    private static final long ANY_STREAM = Varint.MOST - 3;
    /** Streams that the client has not ended and that are not read any more: their remains stay until the connection ends. */
    private static final int LEFT = 1000;

    private final Engine engine;
    private final ClientConnection client;
    private final QuicChannel channel;
    private final LoopState loop;
    private final Http3Scratch scratch;
    private final ResponseFields fields;
    private final PeerConduct conduct;
    private final ControlStreams controls;
    private final Loop.Deadline deadline;
    private final ClientPeer peer;
    private QuicStreamChannel control;
    private long idleSince;
    private long nextStream;
    private long servedBefore = Long.MAX_VALUE;
    private int open;
    private int left;
    private int served;
    private boolean isLeaving;
    private boolean isClosing;

    Http3Client(Engine engine, ClientConnection client, LoopState loop) {
        this.engine = engine;
        this.client = client;
        this.channel = (QuicChannel) client.channel();
        this.loop = loop;
        this.scratch = loop.http3(engine.settings.http3);
        this.fields = new ResponseFields(loop, null);
        this.conduct = new PeerConduct(loop.loop.coarseNanos());
        this.controls = new ControlStreams(() -> conduct.takesUseless(loop.loop.coarseNanos()));
        this.peer = new ClientPeer(engine.settings, client, "3.0");
        this.idleSince = loop.loop.coarseNanos();
        this.deadline = loop.loop.deadline(this::expired);
        client.onDrain(this::drain);
        deadline.arm(TICK_MILLIS);
    }

    Engine engine() {
        return engine;
    }

    ClientConnection connection() {
        return client;
    }

    LoopState loop() {
        return loop;
    }

    Http3Scratch scratch() {
        return scratch;
    }

    ResponseFields fields() {
        return fields;
    }

    PeerConduct conduct() {
        return conduct;
    }

    ClientPeer peer() {
        return peer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        channel.createStream(QuicStreamType.UNIDIRECTIONAL, new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
                        fault(Http3Fault.CRITICAL_STREAM_CLOSED);
                    }
                })
                .addListener(this::begin);
    }

    private void begin(Future<? super QuicStreamChannel> created) {
        if (!created.isSuccess()) {
            fault(Http3Fault.BAD_STREAM);
            return;
        }
        control = (QuicStreamChannel) created.getNow();
        Bytes out = scratch.block.clear();
        ControlStreams.begin(engine.settings.http3, out);
        say(out);
    }

    private void say(Bytes out) {
        if (control != null && control.isActive()) {
            ByteBuf buf = control.alloc().directBuffer(out.length()).writeBytes(out.array(), 0, out.length());
            control.writeAndFlush(buf);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        QuicStreamChannel stream = (QuicStreamChannel) message;
        stream.config().setAllocator(loop.loop.allocator());
        stream.config().setReadFrames(true);
        if (stream.type() == QuicStreamType.UNIDIRECTIONAL) {
            stream.pipeline().addLast(new Http3ControlStream(this, controls.open()));
        } else {
            stream.pipeline().addLast(new Http3ClientStream(this, stream));
        }
        channel.eventLoop().register(stream);
    }

    /** A stream for a request has opened; false: it is behind those that are served. */
    boolean opened(long id) {
        open++;
        nextStream = Math.max(nextStream, id + 4);
        if (!isLeaving && (++served >= engine.settings.keepAliveRequests || client.isDraining())) {
            drain();
        }
        return id < servedBefore;
    }

    /** A stream for a request has ended. */
    void closed() {
        open--;
        idleSince = loop.loop.coarseNanos();
        leaveIfDone();
    }

    /** A stream is not read any more, and its client has not ended it. */
    void left() {
        if (++left > LEFT) {
            drain();
        }
    }

    /** Something is wrong with a stream; with those that are fatal, the connection ends. */
    void fault(Http3Fault fault) {
        if (isClosing) {
            return;
        }
        engine.counts().fault(loop.index, fault);
        if (fault.isFatal()) {
            close(fault.code(), fault.word());
        }
    }

    private void close(int code, String reason) {
        if (!isClosing) {
            isClosing = true;
            channel.close(true, code, Unpooled.copiedBuffer(reason, StandardCharsets.US_ASCII));
        }
    }

    /** Says that the connection ends: at first without a last request, so that those on their way are served. */
    void drain() {
        if (!isLeaving) {
            isLeaving = true;
            goAway(ANY_STREAM);
            deadline.arm(FAREWELL_MILLIS);
        }
    }

    private void goAway(long stream) {
        Bytes out = scratch.block.clear();
        ControlStreams.goAway(stream, out);
        say(out);
    }

    private void leaveIfDone() {
        if (servedBefore != Long.MAX_VALUE && open == 0) {
            close(Http3Fault.NO_ERROR, "");
        }
    }

    private void expired() {
        if (isClosing) {
            return;
        }
        if (isLeaving) {
            if (servedBefore == Long.MAX_VALUE) {
                servedBefore = nextStream;
                goAway(nextStream);
            }
            leaveIfDone();
            return;
        }
        long idle = (loop.loop.coarseNanos() - idleSince) / 1_000_000;
        if (open == 0 && idle >= engine.settings.idleMillis) {
            drain();
        } else {
            deadline.arm(open == 0 ? Math.max(TICK_MILLIS, engine.settings.idleMillis - idle) : TICK_MILLIS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isClosing = true;
        deadline.close();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // What the peer or the path did wrong QUIC has told the peer itself.
        if (!channel.isActive()) {
            channel.close();
        }
    }
}

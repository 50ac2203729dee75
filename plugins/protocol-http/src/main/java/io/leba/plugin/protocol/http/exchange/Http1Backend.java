package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.body.ChunkFrame;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.RequestComposer;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * A connection to a backend that speaks HTTP/1.1. Serves one exchange at a time; between two it waits in the pool, where anything
 * that the backend says is unasked for and ends it.
 */
final class Http1Backend extends ChannelInboundHandlerAdapter implements BackendConnection, BackendStream {
    private final Channel channel;
    private final Backend backend;
    private final Loop loop;
    private Exchange exchange;
    private ChunkFrame chunks;
    private boolean isReusable;
    private boolean wasReset;

    Http1Backend(Channel channel, Backend backend, Loop loop) {
        this.channel = channel;
        this.backend = backend;
        this.loop = loop;
        // A backend that answers early and takes no more must not lose its answer to the failure of a write.
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

    @Override
    public boolean takesChunks() {
        return true;
    }

    @Override
    public void serve(Exchange served) {
        exchange = served;
        isReusable = false;
    }

    /** Whether it can serve another exchange behind the response that is being read, if that passes whole. */
    void setReusable(boolean reusable) {
        isReusable = reusable;
    }

    @Override
    public void sendHead(ByteBuf body, int headFrom) {
        RequestHead request = exchange.request();
        RequestRelay relay = exchange.body();
        Bytes out = exchange.loop().scratch.clear();
        int rest = RequestComposer.compose(request, exchange.client().stamp(), exchange.requestEdits(), out);
        if (request.sentLength() != RequestHead.CHUNKED || relay.isFramed()) {
            Outgoing.send(channel, Placement.message(loop.allocator(), request, rest, out, body, headFrom));
            return;
        }
        if (chunks == null) {
            chunks = new ChunkFrame();
        }
        chunks.begin();
        Outgoing.write(channel, Placement.message(loop.allocator(), request, rest, out, null, Placement.ELSEWHERE));
        Outgoing.sendChunk(channel, chunks, body, relay.isComplete(), relay.trailers());
    }

    @Override
    public void send(ByteBuf piece, boolean isLast, Bytes trailers) {
        boolean isChunk = exchange.request().sentLength() == RequestHead.CHUNKED
                && !exchange.body().isFramed();
        if (isChunk) {
            Outgoing.sendChunk(channel, chunks, piece, isLast, trailers);
        } else if (piece.isReadable()) {
            Outgoing.send(channel, piece);
        } else {
            piece.release();
        }
    }

    /** It carries another protocol from now on, in which either side may end its output first. */
    void switched() {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    @Override
    public boolean endOutput() {
        return !exchange.target().group().isSecure() && HalfClose.endOutput(channel);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && exchange != null) {
            if (wasReset) {
                exchange.backendEnded(StreamEnd.RESET);
            } else {
                exchange.response().piece(Unpooled.EMPTY_BUFFER, true, null);
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void setReading(boolean isReading) {
        if (channel.config().isAutoRead() != isReading) {
            channel.config().setAutoRead(isReading);
        }
    }

    @Override
    public void leave(boolean isComplete) {
        boolean isUnused = exchange == null;
        exchange = null;
        if (isUnused || isComplete && isReusable && !wasReset && !Outgoing.isStalled(channel)) {
            setReading(true);
            loop.pool().release(this);
        } else {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (exchange == null) {
            ReferenceCountUtil.release(msg);
            channel.close();
        } else {
            exchange.responseReader().read(this, (ByteBuf) msg);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.backendEnded(wasReset ? StreamEnd.RESET : StreamEnd.CLOSED);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null && channel.isWritable()) {
            exchange.backendWritable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        wasReset = true;
        if (exchange == null || !(cause instanceof IOException)) {
            channel.close();
        }
        // Otherwise what can still be read is read: a failed read closes by itself, a failed write ends the output
        // alone.
    }
}

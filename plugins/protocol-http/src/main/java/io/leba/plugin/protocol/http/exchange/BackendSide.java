package io.leba.plugin.protocol.http.exchange;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * A connection to a backend. Serves one exchange at a time; between two it waits in the pool, where anything that the
 * backend says is unasked for and ends it.
 */
final class BackendSide extends ChannelInboundHandlerAdapter implements BackendConnection {
    private final Channel channel;
    private final Backend backend;
    private Exchange exchange;
    private boolean wasReset;

    BackendSide(Channel channel, Backend backend) {
        this.channel = channel;
        this.backend = backend;
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

    /** Serves the exchange from now on; null: none. */
    void serve(Exchange served) {
        exchange = served;
    }

    /** Whether the connection broke in either direction, rather than being closed in order. */
    boolean wasReset() {
        return wasReset;
    }

    void setReading(boolean isReading) {
        if (channel.config().isAutoRead() != isReading) {
            channel.config().setAutoRead(isReading);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (exchange == null) {
            ReferenceCountUtil.release(msg);
            channel.close();
        } else {
            exchange.response().read((ByteBuf) msg);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.backendClosed();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null && channel.isWritable()) {
            exchange.client().resumeReading();
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

package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h2.Http2Connection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Finds out whether a client in the clear speaks HTTP/2, which begins with a preface that no HTTP/1 request begins with (RFC 9113
 * §3.3), and makes room for who serves it. The first read decides it, but for clients that send a byte at a time.
 */
final class PrefaceSniffer extends ChannelInboundHandlerAdapter {
    private final Engine engine;
    private final ClientConnection client;
    private final LoopState loop;
    private final Loop.Deadline deadline;
    private int seen;
    private boolean isDecided;

    PrefaceSniffer(Engine engine, ClientConnection client, LoopState loop) {
        this.engine = engine;
        this.client = client;
        this.loop = loop;
        this.deadline = loop.loop.deadline(() -> client.channel().close());
        client.onDrain(() -> {
            if (!isDecided) {
                client.channel().close();
            }
        });
        deadline.arm(engine.settings.requestHeadMillis);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf buf = (ByteBuf) msg;
        int from = buf.readerIndex();
        int count = Math.min(Http2Connection.prefaceLength() - seen, buf.readableBytes());
        for (int i = 0; i < count; i++) {
            if (buf.getByte(from + i) != Http2Connection.preface(seen + i)) {
                give(ctx, new Http1Client(engine, client, loop), buf);
                return;
            }
        }
        if (seen + count == Http2Connection.prefaceLength()) {
            give(ctx, new Http2Client(engine, client, loop), buf);
            return;
        }
        seen += count;
        buf.release();
    }

    /** Hands the connection over, with what has been seen of it. */
    private void give(ChannelHandlerContext ctx, ChannelInboundHandler to, ByteBuf buf) {
        isDecided = true;
        deadline.close();
        ctx.pipeline().addLast(to);
        if (seen > 0) {
            byte[] before = new byte[seen];
            for (int i = 0; i < seen; i++) {
                before[i] = Http2Connection.preface(i);
            }
            ctx.fireChannelRead(Unpooled.wrappedBuffer(before));
        }
        ctx.fireChannelRead(buf);
        ctx.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!isDecided && event instanceof io.netty.channel.socket.ChannelInputShutdownEvent) {
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.close();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}

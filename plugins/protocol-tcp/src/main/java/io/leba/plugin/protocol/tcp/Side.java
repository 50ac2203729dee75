package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * One of the two connections of a session, as a handler at the end of its pipeline: what it reads is written to its peer, and
 * it is not read while the peer has too much to send. Before it is joined with a peer it does not read; what arrives all the
 * same (a transport may read once when the other end says it has nothing more to say) is kept.
 */
@OnLoop
final class Side extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private ByteBuf early;
    private Runnable onEarly;
    private TcpSession session;
    private Side peer;
    private boolean hasInputEnded;
    private boolean hasOutputEnded;
    private boolean isOutputFinished;

    /** Takes the channel as it is after accept or connect, and stops reading it. */
    Side(Channel channel) {
        this.channel = channel;
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.closeFuture().addListener(closed -> isClosed());
    }

    Channel channel() {
        return channel;
    }

    /** The session to tell what happens here. */
    void belongsTo(TcpSession session) {
        this.session = session;
    }

    /** Whether the other end has said that it has nothing more to say. */
    boolean hasInputEnded() {
        return hasInputEnded;
    }

    /** Joins two connections: passes on what they have kept, and begins to read both. */
    static void join(Side one, Side other) {
        one.peer = other;
        other.peer = one;
        one.passOnEarly();
        other.passOnEarly();
        one.readIfPeerKeepsUp();
        other.readIfPeerKeepsUp();
    }

    private void passOnEarly() {
        ByteBuf bytes = takeEarly();
        if (bytes != null) {
            passOn(bytes);
        }
        if (hasInputEnded) {
            peer.endOutput();
        }
    }

    private void passOn(ByteBuf bytes) {
        session.moved(session.isFront(this), bytes.readableBytes(), 0);
        if (peer.hasOutputEnded) {
            bytes.release();
            return;
        }
        peer.channel.writeAndFlush(bytes, peer.channel.voidPromise());
        if (!peer.channel.isWritable()) {
            channel.config().setAutoRead(false);
        }
    }

    private void readIfPeerKeepsUp() {
        if (peer.channel.isWritable()) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (peer != null) {
            passOn(bytes);
            return;
        }
        // The buffer may be the loop's shared one.
        try {
            if (early == null) {
                early = context.alloc().buffer(bytes.readableBytes());
            }
            early.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        if (onEarly != null) {
            onEarly.run();
        }
    }

    /** Reads already before it is joined, and says whenever something came, or that nothing more will. */
    void listen(Runnable onEarly) {
        this.onEarly = onEarly;
        channel.config().setAutoRead(true);
    }

    /** Reads no more until it is joined. */
    void stopListening() {
        onEarly = null;
        channel.config().setAutoRead(false);
    }

    /** What it has kept, to be looked at; null if that is nothing. */
    ByteBuf early() {
        return early;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (peer != null && channel.isWritable()) {
            peer.readIfPeerKeepsUp();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS) {
            endInput();
        }
        ReferenceCountUtil.release(event);
    }

    private void endInput() {
        if (hasInputEnded) {
            return;
        }
        hasInputEnded = true;
        if (peer != null) {
            peer.endOutput();
        } else if (onEarly != null) {
            onEarly.run();
        }
    }

    /** Says to the other end, after everything that is still to be sent, that there is nothing more. */
    private void endOutput() {
        if (hasOutputEnded) {
            return;
        }
        hasOutputEnded = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            if (flushed.isSuccess()) {
                finishOutput();
            }
        });
    }

    private void finishOutput() {
        isOutputFinished = true;
        if (peer.isOutputFinished) {
            // Everything is said and sent, both ways; closing says so to this end.
            session.isOver();
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(told -> shutDownOutput());
        } else {
            shutDownOutput();
        }
    }

    private void shutDownOutput() {
        if (channel.isOpen()) {
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (session != null) {
            session.isBroken(this, cause);
        } else {
            context.close();
        }
    }

    private void isClosed() {
        releaseEarly();
        if (session != null) {
            session.isGone(this);
        }
    }

    /** Hands over what it has kept; null if that is nothing. */
    ByteBuf takeEarly() {
        ByteBuf all = early;
        early = null;
        return all;
    }

    /** Closes in good order: what was written is still delivered. */
    void close() {
        channel.close();
        releaseEarly();
    }

    /** Tells the other end that the conversation was cut off. */
    void reset() {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        close();
    }

    private void releaseEarly() {
        if (early != null) {
            early.release();
            early = null;
        }
    }
}

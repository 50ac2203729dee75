package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;

/**
 * Reads the first bytes of a connection that belongs to no protocol yet. Keeps what came until somebody can do with it; how
 * much and for how long is bounded by whoever extends it. A connection that must end meanwhile is closed: there is no exchange.
 */
@OnLoop
abstract class FirstBytes extends ChannelInboundHandlerAdapter implements Pending {
    private static final int FEW = 256;

    final Frontend frontend;
    final KernelLoop loop;
    private ChannelHandlerContext context;
    private Loop.Deadline deadline;
    private ByteBuf seen;

    FirstBytes(Frontend frontend, KernelLoop loop) {
        this.frontend = frontend;
        this.loop = loop;
    }

    /** What becomes of the bytes. */
    enum Fate {
        /** They are kept, and looked at again with those to come. */
        KEPT,
        /** They went on with the connection; this handler's work is done, and the buffer is not its own any more. */
        PASSED_ON,
        /** Nothing of them is needed any more. */
        DONE
    }

    /** Looks at everything that has come so far. */
    abstract Fate look(ByteBuf all);

    /** The time is up that was given to {@link #expireIn}. */
    abstract void expired();

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadline = loop.deadline(this::expired);
        if (!frontend.undecided(loop).add(this)) {
            close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        frontend.undecided(loop).remove(this);
        deadline.close();
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }

    void expireIn(long millis) {
        deadline.arm(Math.max(1, millis));
    }

    ChannelHandlerContext context() {
        return context;
    }

    boolean hasSeenNothing() {
        return seen == null;
    }

    /** Takes what was kept; the caller's from now on. */
    ByteBuf takeSeen() {
        ByteBuf all = seen;
        seen = null;
        return all;
    }

    /** Gives up. */
    @Override
    public void close() {
        context.close();
    }

    /**
     * Passes the bytes on, if there are any, and goes; handlers were added behind this one.
     *
     * @param client who has the connection now; null if that is open still
     */
    Fate passOn(ByteBuf all, Client client) {
        Fate fate = Fate.DONE;
        if (all.isReadable() && context.channel().isActive()) {
            if (context.pipeline().get(SslHandler.class) == null) {
                fate = Fate.PASSED_ON;
                context.fireChannelRead(all);
            } else {
                context.fireChannelRead(
                        copy(all)); // TLS keeps a record that is not complete, and with it the loop's buffer
            }
        }
        if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
        if (client != null) {
            client.settled();
        }
        return fate;
    }

    Fate refuse(Refusal reason) {
        frontend.refuse(context.channel(), loop, reason);
        return Fate.DONE;
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        boolean isCopy = seen != null;
        ByteBuf all = isCopy ? together((ByteBuf) message) : (ByteBuf) message;
        boolean isOthers = false;
        try {
            switch (look(all)) {
                case PASSED_ON -> isOthers = true;
                case KEPT -> {
                    // The buffer that was read into is the loop's; it is not kept.
                    seen = isCopy ? all : copy(all);
                    isOthers = isCopy;
                }
                case DONE -> {}
            }
        } finally {
            if (!isOthers) {
                all.release();
            }
        }
    }

    private ByteBuf copy(ByteBuf bytes) {
        return loop.allocator()
                .directBuffer(Math.max(FEW, bytes.readableBytes()))
                .writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }

    /** All bytes so far. */
    private ByteBuf together(ByteBuf bytes) {
        ByteBuf all = takeSeen();
        try {
            all.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        return all;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        close();
    }
}

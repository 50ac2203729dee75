package io.leba.kernel.transport;

import io.leba.kernel.meters.LoopCells;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket. One loop accepts, and hands each connection to the loop that has the fewest from this listener; the
 * connection stays there. It outlives generations: what becomes of a connection is the {@link Acceptor}'s affair, which can be
 * replaced at any time. All methods may be called by any thread.
 */
public final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final List<KernelLoop> loops;
    private final LoopCells opened;
    private final LoopCells closed;
    private final LongAdder lost = new LongAdder();
    private volatile Acceptor acceptor;
    private volatile Channel channel;
    private int next;

    Listener(List<KernelLoop> loops) {
        this.loops = loops;
        opened = new LoopCells(loops.size());
        closed = new LoopCells(loops.size());
    }

    /** The handler of the listening channel. */
    ChannelInboundHandlerAdapter incoming() {
        return new Incoming();
    }

    /** The listening channel. */
    Channel channel() {
        return channel;
    }

    void bound(Channel channel) {
        this.channel = channel;
    }

    /** Where it listens, with the port that the system chose if 0 was asked for. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Sends connections accepted from now on there. The first acceptor lets the listener begin to accept. */
    public void acceptor(Acceptor acceptor) {
        this.acceptor = acceptor;
        channel.config().setAutoRead(true);
    }

    /** Open connections that this listener accepted. */
    public long openConnections() {
        return opened.sum(0) - closed.sum(0) - lost.sum();
    }

    /** Open connections on one loop. */
    public long openConnections(int loop) {
        return opened.get(loop, 0) - closed.get(loop, 0);
    }

    /** Connections accepted since the start. */
    public long accepted() {
        return opened.sum(0);
    }

    /** Whether it still listens. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Stops accepting and frees the address; accepted connections stay. The stage completes when the address is free. */
    public CompletionStage<Void> close() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        channel.close().addListener(closing -> stage.complete(null));
        return stage;
    }

    /** The loop with the fewest connections; of equals the next one in turn. */
    private KernelLoop choose() {
        int size = loops.size();
        int best = next;
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            int candidate = next + i < size ? next + i : next + i - size;
            long open = openConnections(candidate);
            if (open < fewest) {
                fewest = open;
                best = candidate;
            }
        }
        next = best + 1 < size ? best + 1 : 0;
        return loops.get(best);
    }

    /** On the accepting loop. */
    private final class Incoming extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel client = (Channel) message;
            KernelLoop loop = choose();
            opened.add(loop.index(), 0, 1);
            ChannelOptions.apply(client, loop);
            client.pipeline().addLast(new Welcome(loop));
            loop.eventLoop().register(client).addListener(registration -> {
                if (!registration.isSuccess()) {
                    lost.increment();
                    client.unsafe().closeForcibly();
                    LOG.debug("an accepted connection was lost", registration.cause());
                }
            });
        }

        /** Accepting failed, most likely for want of file descriptors: trying again at once would only burn the loop. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.warn(
                    "cannot accept connections on {}: {}; trying again in {} ms (too many open files: raise the limit, 'ulimit -n')",
                    BindFailure.text(localAddress()),
                    cause.getMessage(),
                    PAUSE_MILLIS);
            Channel listening = context.channel();
            listening.config().setOption(ChannelOption.AUTO_READ, false);
            listening
                    .eventLoop()
                    .schedule(
                            () -> listening.config().setOption(ChannelOption.AUTO_READ, true),
                            PAUSE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** On the client's loop, before anything is read. */
    private final class Welcome extends ChannelInitializer<Channel> {
        private final KernelLoop loop;

        Welcome(KernelLoop loop) {
            this.loop = loop;
        }

        @Override
        protected void initChannel(Channel client) {
            client.closeFuture().addListener(closing -> closed.add(loop.index(), 0, 1));
            try {
                acceptor.accepted(client, loop);
            } catch (Throwable e) {
                LOG.error("a connection from {} could not be taken over", client.remoteAddress(), e);
                client.close();
            }
        }
    }
}

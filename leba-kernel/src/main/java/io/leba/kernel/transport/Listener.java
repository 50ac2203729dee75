package io.leba.kernel.transport;

import io.leba.kernel.meters.LoopCells;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.UnixChannel;
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
 * replaced at any time, and with it the loops that carry the connections: those of traffic, or the one aside. All methods may
 * be called by any thread.
 */
public final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final long PAUSE_MILLIS = 1_000;
    private static final long HANDSHAKES_MILLIS = 150;

    private final List<KernelLoop> traffic;
    private final ChannelOption<Boolean> sharing;
    private final LoopCells opened;
    private final LoopCells closed;
    private final LongAdder lost = new LongAdder();
    private volatile Target target;
    private volatile Channel channel;
    private volatile boolean isShared;
    private volatile boolean isPaused;
    /** Accepting failed a moment ago. The accepting loop sets it. */
    private volatile boolean isResting;

    private int next;

    /**
     * @param traffic the loops that carry traffic
     * @param sharing the option that lets two sockets overlap
     */
    Listener(List<KernelLoop> traffic, ChannelOption<Boolean> sharing) {
        this.traffic = traffic;
        this.sharing = sharing;
        opened = new LoopCells(traffic.size() + 1);
        closed = new LoopCells(traffic.size() + 1);
    }

    /** Who takes the connections over, and the loops that carry them. */
    private record Target(Acceptor acceptor, List<KernelLoop> loops) {}

    /** Where a loop counts; the loop aside has the first cell. */
    private static int cell(int loop) {
        return loop - KernelLoop.ASIDE;
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

    /** Another process holds the socket too, or did: what would hold for that one is not done to it. */
    void shared() {
        isShared = true;
    }

    /** Where it listens, with the port that the system chose if 0 was asked for. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Sends connections accepted from now on there, on loops of traffic. The first acceptor lets the listener begin to accept. */
    public void acceptor(Acceptor acceptor) {
        acceptor(acceptor, traffic);
    }

    /**
     * The same on other loops.
     *
     * @param loops at least one
     */
    public void acceptor(Acceptor acceptor, List<KernelLoop> loops) {
        target = new Target(acceptor, List.copyOf(loops));
        resume();
    }

    /** Lets connections that traffic loops would carry wait in the backlog, or no longer. Any thread. */
    void pause(boolean paused) {
        isPaused = paused;
        resume();
    }

    /**
     * Accepts from now on, or no longer: as is right when the accepting loop comes to it, which alone decides, so that of several
     * threads that change something the last one does not act on what was before.
     */
    private void resume() {
        if (channel.isOpen()) {
            channel.eventLoop().execute(() -> {
                if (!isResting) {
                    channel.config().setAutoRead(mayAccept());
                }
            });
        }
    }

    boolean isResting() {
        return isResting;
    }

    private boolean mayAccept() {
        Target current = target;
        return current != null && !(isPaused && current.loops.equals(traffic));
    }

    /**
     * Whether a socket of the same user that wants it too may be bound to an address that overlaps this one.
     *
     * @return false if the system does not know that
     */
    boolean sharesPort(boolean isShared) {
        try {
            return channel.config().setOption(sharing, isShared);
        } catch (RuntimeException e) {
            LOG.debug("the address of {} cannot be shared", localAddress(), e);
            return false;
        }
    }

    /**
     * The number by which this process knows the socket, to be passed to another. Only where {@link DescriptorPassing#obstacle}
     * is none.
     */
    int descriptor() {
        shared();
        return ((UnixChannel) channel).fd().intValue();
    }

    /** Open connections that this listener accepted. */
    public long openConnections() {
        return opened.sum(0) - closed.sum(0) - lost.sum();
    }

    /** Open connections on one loop. */
    public long openConnections(int loop) {
        return opened.get(cell(loop), 0) - closed.get(cell(loop), 0);
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

    /**
     * The same, without resetting connections that are about to be accepted, where the system knows how ({@link LastHandshakes}):
     * nothing new begins from now on, and the address is free a little later. For a node that stops. A socket that another process
     * may hold as well is simply closed.
     */
    public CompletionStage<Void> finish() {
        if (target == null || isShared || !LastHandshakes.only(channel)) {
            return close();
        }
        CompletableFuture<Void> stage = new CompletableFuture<>();
        channel.eventLoop()
                .schedule(
                        () -> channel.close().addListener(closing -> stage.complete(null)),
                        HANDSHAKES_MILLIS,
                        TimeUnit.MILLISECONDS);
        return stage;
    }

    /** The loop with the fewest connections; of equals the next one in turn. */
    private KernelLoop choose(List<KernelLoop> loops) {
        int size = loops.size();
        int best = next % size;
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            int candidate = (next + i) % size;
            long open = openConnections(loops.get(candidate).index());
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
            Target current = target;
            KernelLoop loop = choose(current.loops);
            opened.add(cell(loop.index()), 0, 1);
            ChannelOptions.apply(client, loop);
            client.pipeline().addLast(new Welcome(current, loop));
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
            isResting = true;
            listening.config().setAutoRead(false);
            listening
                    .eventLoop()
                    .schedule(
                            () -> {
                                isResting = false;
                                listening.config().setAutoRead(mayAccept());
                            },
                            PAUSE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** On the client's loop, before anything is read. */
    private final class Welcome extends ChannelInitializer<Channel> {
        private final Target chosen;
        private final KernelLoop loop;

        Welcome(Target chosen, KernelLoop loop) {
            this.chosen = chosen;
            this.loop = loop;
        }

        @Override
        protected void initChannel(Channel client) {
            client.closeFuture().addListener(closing -> closed.add(cell(loop.index()), 0, 1));
            Target latest = target;
            Target taking = latest.loops.contains(loop) ? latest : chosen;
            try {
                taking.acceptor.accepted(client, loop);
            } catch (Throwable e) {
                LOG.error("a connection from {} could not be taken over", client.remoteAddress(), e);
                client.close();
            }
        }
    }
}

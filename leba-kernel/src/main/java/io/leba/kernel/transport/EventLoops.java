package io.leba.kernel.transport;

import io.leba.kernel.contain.Watchdog;
import io.leba.spi.TimeSource;
import io.leba.spi.protocol.QuicTerms;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops: those that carry traffic, one thread each, and one aside for health probes and the
 * connections of the node's services, so that their work never delays an exchange. Any thread may call what is here, except an event loop.
 */
public final class EventLoops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final TransportKind kind;
    private final TimeSource time;
    private final EventLoopGroup traffic;
    private final EventLoopGroup aside;
    private final List<KernelLoop> loops;
    private final KernelLoop asideLoop;
    private final BufferLedger ledger;
    private final Dialer dialer;
    private final Watchdog watchdog;
    private final List<Listener> listeners = new ArrayList<>();
    private int nextAccepting;

    private EventLoops(TransportKind kind, int count, TimeSource time) {
        this.kind = kind;
        this.time = time;
        traffic = new ClosingLoops(count, threads("leba-loop-"), kind.handlers());
        aside = new ClosingLoops(1, threads("leba-aside-"), kind.handlers());
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        boolean ownsBuffersEarly = kind == TransportKind.IO_URING;
        List<KernelLoop> made = new ArrayList<>();
        for (EventExecutor executor : traffic) {
            made.add(new KernelLoop(made.size(), (EventLoop) executor, allocator, time, ownsBuffersEarly));
        }
        loops = List.copyOf(made);
        asideLoop = new KernelLoop(KernelLoop.ASIDE, aside.next(), allocator, time, ownsBuffersEarly);
        ledger = new BufferLedger(PooledByteBufAllocator.DEFAULT::pinnedDirectMemory, loops.size());
        loops.forEach(loop -> loop.attach(ledger.of(loop.index())));
        dialer = new Dialer(kind);
        watchdog = new Watchdog(loops);
    }

    /**
     * Starts the threads.
     *
     * @param kind what to ask the operating system with
     * @param loops how many loops carry traffic, 1 or more
     * @throws UnsupportedOperationException if the transport cannot be had here, with the reason
     */
    public static EventLoops start(TransportKind kind, int loops, TimeSource time) {
        EventLoops started = new EventLoops(kind.resolve(), loops, time);
        started.loops.forEach(KernelLoop::start);
        started.ledger.budget(PlatformDependent.maxDirectMemory() / 2);
        started.asideLoop.everyTick(started::observeBuffers);
        started.asideLoop.start();
        started.watchdog.start();
        return started;
    }

    /**
     * Loads what the first loop will need, on a thread of its own, while the caller reads files: native libraries and classes
     * take a tenth of a start. What cannot be loaded is told by {@link #start}.
     */
    public static void preload() {
        Thread loading = new Thread(
                () -> {
                    try {
                        TransportKind.AUTO.resolve();
                        PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
                    } catch (RuntimeException | LinkageError e) {
                        LOG.debug("nothing was loaded ahead", e);
                    }
                },
                "leba-preload");
        loading.setDaemon(true);
        loading.start();
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return new DefaultThreadFactory(EventLoops.class) {
            @Override
            protected Thread newThread(Runnable body, String name) {
                return super.newThread(body, prefix + number.getAndIncrement());
            }
        };
    }

    /** What the operating system is asked with; never {@link TransportKind#AUTO}. */
    public TransportKind kind() {
        return kind;
    }

    /** The loops that carry traffic, by index. */
    public List<KernelLoop> loops() {
        return loops;
    }

    /** The loop for everything that is not traffic. */
    public KernelLoop asideLoop() {
        return asideLoop;
    }

    /** What the process holds for its peers. */
    public BufferLedger buffers() {
        return ledger;
    }

    /** While memory is short, connections wait to be accepted: the first thing that costs nobody anything. */
    private void observeBuffers() {
        boolean wasShort = ledger.isShort();
        ledger.observe();
        boolean isShort = ledger.isShort();
        if (isShort != wasShort) {
            synchronized (listeners) {
                listeners.forEach(listener -> listener.pause(isShort));
            }
        }
    }

    /** For connections to backends. */
    public Dialer dialer() {
        return dialer;
    }

    /**
     * Listens, and begins to accept at once.
     *
     * @param backlog how many connections may wait to be accepted
     * @throws BindFailure if the address cannot be had
     */
    public Listener bind(InetSocketAddress address, int backlog, Acceptor acceptor) throws BindFailure {
        Listener listener = bind(address, backlog);
        listener.acceptor(acceptor);
        return listener;
    }

    /**
     * Listens, but lets connections wait in the backlog until the listener is given an acceptor: so that an address can be
     * taken before the generation that serves it is published.
     *
     * @throws BindFailure if the address cannot be had
     */
    public Listener bind(InetSocketAddress address, int backlog) throws BindFailure {
        return bind(address, backlog, List.of());
    }

    /**
     * The same beside sockets of this process whose addresses overlap with the new one. The system allows that if all of them
     * say that they share the port: they do for the moment of the bind only, so that no other process gets in.
     *
     * @param beside the listeners with the same port
     */
    public Listener bind(InetSocketAddress address, int backlog, List<Listener> beside) throws BindFailure {
        if (address.isUnresolved()) {
            throw BindFailure.of(address, new java.net.UnknownHostException(address.getHostString()));
        }
        Listener listener = new Listener(loops, kind.sharing());
        Bootstrap bootstrap = new Bootstrap()
                .group(accepting().eventLoop())
                .channelFactory(kind.listening())
                .option(ChannelOption.SO_BACKLOG, backlog)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(listener.incoming());
        if (!beside.isEmpty()) {
            bootstrap.option(kind.sharing(), true);
        }
        ChannelFuture binding;
        try {
            beside.forEach(other -> other.sharesPort(true));
            binding = bootstrap.bind(address).awaitUninterruptibly();
        } finally {
            beside.forEach(other -> other.sharesPort(false));
        }
        if (!binding.isSuccess()) {
            throw BindFailure.of(address, binding.cause());
        }
        listener.bound(binding.channel());
        if (!beside.isEmpty()) {
            listener.sharesPort(false);
        }
        remember(listener);
        return listener;
    }

    /**
     * Takes over a socket that listens already, by the descriptor that another process has passed. Connections wait until the
     * listener is given an acceptor.
     */
    public Listener adopt(int descriptor) throws IOException {
        Listener listener = new Listener(loops, kind.sharing());
        listener.shared();
        ServerChannel channel = kind.listening(descriptor);
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(listener.incoming());
        listener.bound(channel);
        ChannelFuture registration = accepting().eventLoop().register(channel).awaitUninterruptibly();
        if (!registration.isSuccess()) {
            throw new IOException(
                    "a listening socket cannot be taken over: "
                            + registration.cause().getMessage(),
                    registration.cause());
        }
        remember(listener);
        return listener;
    }

    /**
     * Listens for QUIC; clients are taken when there is an acceptor.
     *
     * @param address of UDP, with its port
     * @throws BindFailure if it cannot be had
     */
    public QuicListener bindQuic(InetSocketAddress address, QuicTerms terms) throws BindFailure {
        return QuicListener.bind(address, terms, loops, kind, time);
    }

    /** For handing listening sockets to another process, or getting them from one. */
    public DescriptorPassing passing() {
        return new DescriptorPassing(this);
    }

    private KernelLoop accepting() {
        synchronized (listeners) {
            return loops.get(nextAccepting++ % loops.size());
        }
    }

    private void remember(Listener listener) {
        synchronized (listeners) {
            listeners.removeIf(earlier -> !earlier.isOpen());
            listeners.add(listener);
            // One that comes while connections have to wait is no exception.
            listener.pause(ledger.isShort());
        }
    }

    /** How often a loop that carries traffic was found blocked. */
    public long blocks() {
        return watchdog.blocks();
    }

    /** Stops listening, closes every connection, ends the threads and gives the buffers back. */
    @Override
    public void close() {
        watchdog.close();
        synchronized (listeners) {
            listeners.forEach(Listener::close);
            listeners.clear();
        }
        List<Future<?>> ending = List.of(shutDown(traffic), shutDown(aside));
        for (Future<?> end : ending) {
            if (!end.awaitUninterruptibly(STOP_TIMEOUT.toMillis())) {
                LOG.warn("an event loop did not stop within {} s", STOP_TIMEOUT.toSeconds());
                return;
            }
        }
        loops.forEach(KernelLoop::dispose);
        asideLoop.dispose();
    }

    private static Future<?> shutDown(EventLoopGroup group) {
        return group.shutdownGracefully(0, STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}

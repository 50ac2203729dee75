package io.leba.testkit.protocol;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Group;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ConnectTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A loop's connections to backends, on real sockets and kept without limits. Numbers may be read from any thread. */
public final class TestPool implements ConnectionPool {
    private final TestLoop loop;
    private final Transport transport;
    private final Map<Backend, Deque<Held>> idle = new HashMap<>();
    private final Map<BackendConnection, Held> held = new HashMap<>();
    private final List<Runnable> heldConnects = new ArrayList<>();
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private volatile Consumer<Channel> preparation = channel -> {};
    private volatile boolean holdsConnects;
    private volatile int connects;
    private volatile int releases;

    /** A connection that is open. */
    private static final class Held {
        private final Opener<?> opener;
        private final BackendConnection connection;
        private boolean isIdle;
        private boolean isOutdated;

        Held(Opener<?> opener, BackendConnection connection) {
            this.opener = opener;
            this.connection = connection;
        }
    }

    TestPool(TestLoop loop, Transport transport) {
        this.loop = loop;
        this.transport = transport;
    }

    /** Does something to each channel before it is connected, such as adding TLS. Any thread. */
    public void prepare(Consumer<Channel> action) {
        preparation = action;
    }

    /** Connects are kept back until {@link #goOn}. Any thread. */
    public void holdConnects() {
        holdsConnects = true;
    }

    /** Makes the connects that were kept back. Any other thread than the loop. */
    public void goOn() {
        loop.run(() -> {
            holdsConnects = false;
            List.copyOf(heldConnects).forEach(Runnable::run);
            heldConnects.clear();
        });
    }

    /** How many connects were asked for. */
    public int connects() {
        return connects;
    }

    /** How many connections were given back. */
    public int releases() {
        return releases;
    }

    /** How many connections are open. Any other thread than the loop. */
    public int open() {
        return loop.ask(held::size);
    }

    /** How many wait for re-use. Any other thread than the loop. */
    public int idle() {
        return loop.ask(() -> idle.values().stream().mapToInt(Deque::size).sum());
    }

    /** The channels of all connects so far, open or not. */
    public List<Channel> channels() {
        return Collections.unmodifiableList(channels);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends BackendConnection> T poll(Backend backend, Opener<T> opener) {
        Deque<Held> kept = idle.get(backend);
        while (kept != null && !kept.isEmpty()) {
            Held last = kept.pollLast();
            last.isIdle = false;
            if (last.opener == opener && last.connection.channel().isActive()) {
                return (T) last.connection;
            }
        }
        return null;
    }

    @Override
    public <T extends BackendConnection> void connect(
            Group group, Backend backend, Opener<T> opener, OnConnect<T> callback) {
        connects = connects + 1;
        Runnable connect = () -> connectNow(group, backend, opener, callback);
        if (holdsConnects) {
            heldConnects.add(connect);
        } else {
            connect.run();
        }
    }

    private <T extends BackendConnection> void connectNow(
            Group group, Backend backend, Opener<T> opener, OnConnect<T> callback) {
        new Bootstrap()
                .group(loop.eventLoop())
                .channel(transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        group.connectTimeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        loop.configure(channel);
                        channels.add(channel);
                        channel.closeFuture().addListener(closed -> channels.remove(channel));
                        preparation.accept(channel);
                        channel.pipeline().addLast(new Arrival<>(backend, opener, callback));
                    }
                })
                .connect(backend.address())
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        callback.failed(done.cause(), done.cause() instanceof ConnectTimeoutException);
                    }
                });
    }

    /** Tells the protocol that its connection stands. */
    private final class Arrival<T extends BackendConnection> extends ChannelInboundHandlerAdapter {
        private final Backend backend;
        private final Opener<T> opener;
        private final OnConnect<T> callback;

        Arrival(Backend backend, Opener<T> opener, OnConnect<T> callback) {
            this.backend = backend;
            this.opener = opener;
            this.callback = callback;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            T connection = opener.open(context.channel(), backend, loop);
            held.put(connection, new Held(opener, connection));
            context.channel().closeFuture().addListener(closed -> held.remove(connection));
            callback.connected(connection);
            context.fireChannelActive();
            if (!context.isRemoved()) {
                context.pipeline().remove(this);
            }
        }
    }

    /** Has the connections that are open now count as outdated. Any other thread than the loop. */
    public void outdate() {
        loop.run(() -> held.values().forEach(one -> one.isOutdated = true));
    }

    @Override
    public boolean isCurrent(BackendConnection connection) {
        Held asked = held.get(connection);
        return asked != null && !asked.isOutdated;
    }

    /** Fails the test that gives back what the kernel would refuse. */
    @Override
    public void release(BackendConnection connection) {
        releases = releases + 1;
        Channel channel = connection.channel();
        if (!channel.isActive()) {
            return;
        }
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        if (!channel.config().isAutoRead() || unsent != null && unsent.totalPendingWriteBytes() > 0) {
            throw new AssertionError("a connection must be given back with reading on and nothing unsent");
        }
        Held given = held.get(connection);
        if (given == null || given.isIdle) {
            throw new AssertionError("a connection must be given back once, to the pool that opened it");
        }
        given.isIdle = true;
        idle.computeIfAbsent(connection.backend(), backend -> new ArrayDeque<>())
                .addLast(given);
    }

    void close() {
        for (Channel channel : channels) {
            channel.close();
        }
    }
}

package io.leba.testkit.protocol;

import io.leba.kernel.transport.ClosingLoops;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.leba.testkit.TestScope;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** One frontend on one loop: accepts clients, gives them to a protocol, and remembers what it tells. Any thread. */
public final class TestKernel implements AutoCloseable {
    private final EventLoopGroup loops;
    private final Transport transport;
    private final TestScope scope;
    private final TestLoop loop;
    private final List<Client> clients = new CopyOnWriteArrayList<>();
    private final List<Outcome> exits = new CopyOnWriteArrayList<>();
    private final List<Outcome> exitsView = Collections.unmodifiableList(exits);
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger exited = new AtomicInteger();
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private final Doorbell bell = new Doorbell();
    private volatile Consumer<Channel> preparation = channel -> {};
    private volatile Protocol.RouteTable table;
    private volatile boolean isSecure;
    private volatile boolean isDraining;
    private volatile boolean forgets;
    private volatile Channel listener;

    /** A kernel that serves nothing yet; {@code path} is that of the protocol in the configuration. */
    public TestKernel(Transport transport, String path) {
        this.transport = transport;
        this.scope = TestScope.of(path);
        this.loops = new ClosingLoops(1, new DefaultThreadFactory("test-loop"), transport.handlers());
        this.loop = new TestLoop(loops.next(), scope.time(), transport, this::settle);
    }

    /** For the protocol; its time is the loop's. */
    public TestScope scope() {
        return scope;
    }

    /** The loop. */
    public TestLoop loop() {
        return loop;
    }

    /** Does something to each client's channel before the protocol gets it, such as adding TLS. */
    public TestKernel prepare(Consumer<Channel> action) {
        preparation = action;
        return this;
    }

    /** Says that clients speak TLS; {@link #prepare} makes it true. */
    public TestKernel secure() {
        isSecure = true;
        return this;
    }

    /** Counts only, so that nothing grows in a long run. */
    public TestKernel forgetting() {
        forgets = true;
        return this;
    }

    /** Publishes a table: exchanges that begin from now on see it. */
    public void publish(Protocol.RouteTable compiled) {
        table = compiled;
    }

    /** Listens on loopback, and hands what is accepted to the protocol. Port 0: any. */
    public InetSocketAddress listen(Protocol protocol, int port) {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(transport.server())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (bell.answers(channel)) {
                            return;
                        }
                        loop.configure(channel);
                        Client client = new Client(channel);
                        clients.add(client);
                        channel.closeFuture().addListener(closed -> clients.remove(client));
                        preparation.accept(channel);
                        protocol.accept(client);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .syncUninterruptibly()
                .channel();
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * Returns when the protocol has got every client that had connected before, and the loop has read at least once from each
     * that had sent: {@code connect} and {@code write} of a client's socket return earlier. {@link #drain} and
     * {@link TestLoop#turn} begin with it. Any other thread than the loop.
     */
    public void settle() {
        Channel listening = listener;
        if (listening != null && listening.isOpen()) {
            bell.ring((InetSocketAddress) listening.localAddress());
        }
    }

    /** Begins to drain all connections, those of clients that have just connected too; returns when all have been told. */
    public void drain() {
        settle();
        loop.run(() -> {
            isDraining = true;
            clients.forEach(client -> client.onDrain.run());
        });
    }

    /** Client connections that are open; after {@link #settle}, of all that had connected. */
    public int clients() {
        return clients.size();
    }

    /** The channels of the client connections that are open. */
    public List<Channel> clientChannels() {
        return clients.stream().map(Client::channel).toList();
    }

    /** Bytes that wait for clients to read. Any other thread than the loop. */
    public long unsent() {
        return loop.ask(() -> clients.stream()
                .mapToLong(client -> {
                    ChannelOutboundBuffer waiting = client.channel.unsafe().outboundBuffer();
                    return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
                })
                .sum());
    }

    /** Exchanges that were begun. */
    public int entered() {
        return entered.get();
    }

    /** Exchanges under way. */
    public int open() {
        return entered.get() - exited.get();
    }

    /** How exchanges ended, in order; grows with them. */
    public List<Outcome> exits() {
        return exitsView;
    }

    /** Bytes received from clients, as exchanges told. */
    public long bytesIn() {
        return bytesIn.get();
    }

    /** Bytes sent to clients, as exchanges told. */
    public long bytesOut() {
        return bytesOut.get();
    }

    /** Closes the listener, all connections, and the scope. */
    @Override
    public void close() {
        if (listener != null) {
            listener.close().syncUninterruptibly();
        }
        loop.run(() -> clients.forEach(client -> client.channel.close()));
        loop.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        scope.close();
    }

    private final class Client implements ClientConnection, FrontendView {
        private final Channel channel;
        private Runnable onDrain = () -> {};

        Client(Channel channel) {
            this.channel = channel;
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public InetSocketAddress clientAddress() {
            return (InetSocketAddress) channel.remoteAddress();
        }

        @Override
        public InetSocketAddress localAddress() {
            return (InetSocketAddress) channel.localAddress();
        }

        @Override
        public boolean isSecure() {
            return isSecure;
        }

        @Override
        public FrontendView enter() {
            entered.incrementAndGet();
            return this;
        }

        @Override
        public boolean isDraining() {
            return isDraining;
        }

        @Override
        public void onDrain(Runnable action) {
            onDrain = action;
        }

        @Override
        public Protocol.RouteTable table() {
            return table;
        }

        @Override
        public void exit(Loop onLoop, Outcome outcome, long in, long out) {
            moved(onLoop, in, out);
            if (!forgets) {
                exits.add(outcome);
            }
            exited.incrementAndGet();
        }

        @Override
        public void moved(Loop onLoop, long in, long out) {
            bytesIn.addAndGet(in);
            bytesOut.addAndGet(out);
        }
    }
}

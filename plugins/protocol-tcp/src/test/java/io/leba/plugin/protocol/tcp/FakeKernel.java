package io.leba.plugin.protocol.tcp;

import io.leba.spi.balance.Backend;
import io.leba.spi.balance.HashKey;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.Tried;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.testkit.TestScope;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A kernel with one loop, one frontend and one group, on real sockets. */
final class FakeKernel implements AutoCloseable {
    /** Which of Netty's transports. */
    enum Transport {
        NIO,
        EPOLL
    }

    /** A pick and how it was given back. */
    record Finished(Backend backend, Outcome outcome, long nanos) {}

    final TestScope scope = TestScope.of("frontend_services[tcp]");
    final List<Backend> backends = new CopyOnWriteArrayList<>();
    final List<Finished> finished = new CopyOnWriteArrayList<>();
    final List<Outcome> exits = new CopyOnWriteArrayList<>();
    final List<ExchangeListener> listeners = new CopyOnWriteArrayList<>();
    final List<Long> clientHashes = new CopyOnWriteArrayList<>();
    final List<Channel> clients = new CopyOnWriteArrayList<>();
    final List<Channel> connections = new CopyOnWriteArrayList<>();
    final AtomicLong bytesIn = new AtomicLong();
    final AtomicLong bytesOut = new AtomicLong();
    final AtomicInteger entered = new AtomicInteger();
    final AtomicInteger picks = new AtomicInteger();
    volatile int retries = 2;
    volatile boolean isDraining;
    volatile RecvByteBufAllocator reads = new FixedRecvByteBufAllocator(64 * 1024);
    volatile Supplier<Optional<SslContext>> clientTls = Optional::empty;
    volatile Supplier<Optional<SslContext>> backendTls = Optional::empty;
    volatile Duration connectTimeout = Duration.ofSeconds(5);
    volatile boolean hasGroup = true;

    private final Transport transport;
    private final EventLoopGroup group;
    private final FakeLoop loop;
    private final Protocol protocol;
    private Channel listener;

    FakeKernel(Transport transport, TcpConfig config) {
        this.transport = transport;
        group = new MultiThreadIoEventLoopGroup(
                1, transport == Transport.EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        loop = new FakeLoop(group.next(), new Pool());
        protocol = new TcpProvider().create(config, scope);
    }

    InetSocketAddress listen() throws Exception {
        return listen(0);
    }

    InetSocketAddress listen(int port) throws Exception {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport == Transport.EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        channel.config().setRecvByteBufAllocator(reads);
                        clientTls.get().ifPresent(tls -> channel.pipeline().addLast(tls.newHandler(channel.alloc())));
                        protocol.accept(new Client(channel));
                    }
                });
        listener = bootstrap.bind(InetAddress.getLoopbackAddress(), port).sync().channel();
        return (InetSocketAddress) listener.localAddress();
    }

    /** Adds a backend behind those that are there. */
    FakeKernel with(InetSocketAddress address) {
        backends.add(new FakeBackend(address));
        return this;
    }

    FakeLoop loop() {
        return loop;
    }

    /** Lets time pass for the loop's deadlines. */
    void advance(Duration time) throws Exception {
        loop.eventLoop().submit(() -> loop.advance(time.toMillis())).get();
    }

    /** Asks something on the loop. */
    <T> T ask(java.util.concurrent.Callable<T> question) throws Exception {
        return loop.eventLoop().submit(question).get();
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close().syncUninterruptibly();
        }
        List<Channel> open = new ArrayList<>(clients);
        open.addAll(connections);
        open.forEach(channel -> channel.close().syncUninterruptibly());
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        scope.close();
    }

    private final class Client implements ClientConnection, FrontendView {
        private final Channel channel;

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
            return clientTls.get().isPresent();
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
        public void onDrain(Runnable action) {}

        @Override
        public Protocol.RouteTable table() {
            Optional<FrontendPlan.GroupPlan> target =
                    hasGroup ? Optional.of(new FrontendPlan.GroupPlan(new Echo(), List.of())) : Optional.empty();
            return protocol.compile(
                    new FrontendPlan("relay", "tcp", isSecure(), List.of(), target, List.of(), listeners));
        }

        @Override
        public void exit(Loop on, Outcome outcome, long in, long out) {
            moved(on, in, out);
            exits.add(outcome);
        }

        @Override
        public void moved(Loop on, long in, long out) {
            bytesIn.addAndGet(in);
            bytesOut.addAndGet(out);
        }
    }

    private final class Echo implements Group {
        @Override
        public String name() {
            return "echo";
        }

        @Override
        public String protocol() {
            return "tcp";
        }

        @Override
        public boolean isSecure() {
            return backendTls.get().isPresent();
        }

        @Override
        public Duration connectTimeout() {
            return connectTimeout;
        }

        @Override
        public int connectRetries() {
            return retries;
        }

        @Override
        public Backend pick(Loop on, ExchangeKeys keys, Tried tried) {
            clientHashes.add(keys.hash(HashKey.CLIENT_IP));
            clientHashes.add(keys.hash(new HashKey(HashKey.Kind.PATH, "")));
            for (Backend backend : backends) {
                if (!tried.contains(backend)) {
                    tried.add(backend);
                    picks.incrementAndGet();
                    return backend;
                }
            }
            return null;
        }

        @Override
        public void finish(Loop on, Backend backend, Outcome outcome, long nanos) {
            finished.add(new Finished(backend, outcome, nanos));
        }
    }

    private final class Pool implements ConnectionPool {
        @Override
        public <T extends BackendConnection> T poll(Backend backend, Opener<T> opener) {
            return null;
        }

        @Override
        public <T extends BackendConnection> void connect(
                Group to, Backend backend, Opener<T> opener, OnConnect<T> callback) {
            new Bootstrap()
                    .group(loop.eventLoop())
                    .channel(transport == Transport.EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            to.connectTimeout().toMillis())
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            connections.add(channel);
                            backendTls
                                    .get()
                                    .ifPresent(tls -> channel.pipeline().addLast(tls.newHandler(channel.alloc())));
                            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelActive(ChannelHandlerContext context) {
                                    T connection = opener.open(channel, backend, loop);
                                    callback.connected(connection);
                                    context.fireChannelActive();
                                }
                            });
                        }
                    })
                    .connect(backend.address())
                    .addListener(connecting -> {
                        if (!connecting.isSuccess()) {
                            callback.failed(
                                    connecting.cause(),
                                    connecting.cause() instanceof io.netty.channel.ConnectTimeoutException);
                        }
                    });
        }

        @Override
        public void release(BackendConnection connection) {
            throw new AssertionError("a TCP connection is not used again");
        }
    }
}

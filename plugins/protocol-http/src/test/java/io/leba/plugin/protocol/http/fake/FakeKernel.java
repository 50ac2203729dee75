package io.leba.plugin.protocol.http.fake;

import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a protocol sees of the kernel, on one real loop. */
public final class FakeKernel implements AutoCloseable {
    /** Which channels to use. */
    public record Transport(
            IoHandlerFactory handlers,
            Class<? extends ServerSocketChannel> server,
            Class<? extends SocketChannel> client) {
        /** Java's own. */
        public static Transport nio() {
            return new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
        }
    }

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup loops;
    private final FakeLoop loop;
    private final Set<FakeClient> clients = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Outcome> exits = new ConcurrentLinkedQueue<>();
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private final boolean isRecording;
    private volatile Protocol.RouteTable table;
    private volatile boolean isDraining;
    private volatile int sendBuffer;
    private Channel listener;

    /** A kernel with one loop. */
    public FakeKernel(Transport transport, boolean isRecording) {
        this.transport = transport;
        this.isRecording = isRecording;
        this.loops = new MultiThreadIoEventLoopGroup(1, transport.handlers());
        this.loop = new FakeLoop(0, loops.next(), this);
    }

    Transport transport() {
        return transport;
    }

    /** The loop. */
    public FakeLoop loop() {
        return loop;
    }

    /** Publishes a table. */
    public void publish(Protocol.RouteTable compiled) {
        table = compiled;
    }

    /** Gives clients' connections a send buffer of this size, so that a client that does not read is soon noticed. */
    public void sendBuffer(int bytes) {
        sendBuffer = bytes;
    }

    /** Listens, and hands what is accepted to the protocol. */
    public InetSocketAddress listen(Protocol protocol, int port) {
        try {
            listener = new ServerBootstrap()
                    .group(loops)
                    .channel(transport.server())
                    .option(ChannelOption.SO_BACKLOG, 1024)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 << 10, 64 << 10))
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            FakeLoop.configure(channel.config(), loop);
                            if (sendBuffer > 0) {
                                channel.config().setOption(ChannelOption.SO_SNDBUF, sendBuffer);
                            }
                            FakeClient client = new FakeClient(channel);
                            clients.add(client);
                            channel.closeFuture().addListener(closed -> clients.remove(client));
                            protocol.accept(client);
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .sync()
                    .channel();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return (InetSocketAddress) listener.localAddress();
    }

    /** Begins to drain all connections. */
    public void drain() {
        loop.run(() -> {
            isDraining = true;
            for (FakeClient client : List.copyOf(clients)) {
                client.onDrain.run();
            }
        });
    }

    /** Bytes that wait for clients to read. */
    public long unsent() {
        AtomicLong sum = new AtomicLong();
        loop.run(() -> clients.forEach(client -> {
            ChannelOutboundBuffer waiting = client.channel.unsafe().outboundBuffer();
            sum.addAndGet(waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress());
        }));
        return sum.get();
    }

    /** Client connections that are open. */
    public int clients() {
        return clients.size();
    }

    /** How exchanges ended. */
    public List<Outcome> exits() {
        return List.copyOf(exits);
    }

    /** Exchanges under way. */
    public int open() {
        return entered.get() - exits.size();
    }

    /** Bytes received from clients, as exchanges told. */
    public long bytesIn() {
        return bytesIn.get();
    }

    /** Bytes sent to clients, as exchanges told. */
    public long bytesOut() {
        return bytesOut.get();
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close().syncUninterruptibly();
        }
        loop.run(() -> clients.forEach(client -> client.channel.close()));
        loop.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class FakeClient implements ClientConnection, FrontendView {
        private final Channel channel;
        private Runnable onDrain = () -> {};

        FakeClient(Channel channel) {
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
            return false;
        }

        @Override
        public FrontendView enter() {
            if (isRecording) {
                entered.incrementAndGet();
            }
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
            if (isRecording) {
                bytesIn.addAndGet(in);
                bytesOut.addAndGet(out);
                exits.add(outcome);
            }
        }

        @Override
        public void moved(Loop onLoop, long in, long out) {
            bytesIn.addAndGet(in);
            bytesOut.addAndGet(out);
        }
    }

    /** The loop's thread. */
    EventLoop eventLoop() {
        return loop.eventLoop();
    }
}

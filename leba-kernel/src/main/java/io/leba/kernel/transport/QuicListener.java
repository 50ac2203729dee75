package io.leba.kernel.transport;

import io.leba.spi.TimeSource;
import io.leba.spi.protocol.QuicTerms;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicCodecDispatcher;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP address on which QUIC is spoken: a socket for each loop where the system spreads datagrams over them, else one. A connection
 * belongs to the loop that its first packet came to; connection ids begin with that loop's number, so that packets from a client's
 * new address, which the system may give to another loop, find it. Outlives generations; what becomes of connections is the
 * {@link QuicAcceptor}'s affair. Any thread but an event loop.
 */
public final class QuicListener {
    private static final Logger LOG = LoggerFactory.getLogger(QuicListener.class);
    private static final int SOCKET_BUFFER = 2 << 20;
    /** Ids that a client may give LEBA for itself. Each address it comes from takes one, which quiche keeps until the connection ends. */
    private static final int IDS = 8;

    private final InetSocketAddress address;
    private final QuicTerms terms;
    private final TimeSource time;
    private final byte[] tokenKey = QuicTokens.key();
    private final List<Channel> sockets = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile QuicAcceptor acceptor;
    private volatile boolean isValidating;
    private volatile boolean isLeaving;

    private QuicListener(InetSocketAddress address, QuicTerms terms, TimeSource time) {
        this.address = address;
        this.terms = terms;
        this.time = time;
        follow(terms);
    }

    /** Binds; nothing is accepted before there is an acceptor. */
    static QuicListener bind(
            InetSocketAddress address, QuicTerms terms, List<KernelLoop> loops, TransportKind kind, TimeSource time)
            throws BindFailure {
        claim(address);
        QuicListener listener = new QuicListener(address, terms, time);
        Router router = listener.new Router(loops);
        List<KernelLoop> carrying = kind.spreadsDatagrams() ? loops : loops.subList(0, 1);
        for (KernelLoop loop : carrying) {
            Bootstrap bootstrap = new Bootstrap()
                    .group(loop.eventLoop())
                    .channelFactory(kind.datagrams())
                    .option(ChannelOption.ALLOCATOR, loop.allocator())
                    .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
                    .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                    .handler(router);
            if (carrying.size() > 1) {
                bootstrap.option(kind.sharing(), true);
            }
            ChannelFuture binding = bootstrap.bind(address).awaitUninterruptibly();
            if (!binding.isSuccess()) {
                listener.close();
                throw BindFailure.ofDatagrams(address, binding.cause());
            }
            listener.sockets.add(binding.channel());
        }
        return listener;
    }

    /**
     * Makes sure that nobody has the address: sockets that share it let another process of the same user in, and the two would get each
     * other's packets.
     */
    private static void claim(InetSocketAddress address) throws BindFailure {
        try (DatagramChannel alone = DatagramChannel.open()) {
            alone.bind(address);
        } catch (IOException | UnresolvedAddressException e) {
            throw BindFailure.ofDatagrams(address, e);
        }
    }

    /**
     * Takes over when clients have to prove their address. False: other terms are not those of the bound address, which keeps its own
     * until it is bound again.
     */
    public boolean follow(QuicTerms next) {
        isValidating = next.validation() == QuicTerms.Validation.ALWAYS;
        return next.requests() == terms.requests()
                && next.controls() == terms.controls()
                && next.streamWindow() == terms.streamWindow()
                && next.connectionWindow() == terms.connectionWindow()
                && next.idle().equals(terms.idle());
    }

    /** Sends connections that begin from now on there. */
    public void acceptor(QuicAcceptor next) {
        acceptor = next;
    }

    /** Open connections, those in their handshake among them. */
    public int openConnections() {
        return open.get();
    }

    /** Accepts no more; the address is freed when the last connection has ended. */
    public void leave() {
        isLeaving = true;
        closeIfIdle();
    }

    private void closeIfIdle() {
        if (isLeaving && open.get() == 0) {
            close();
        }
    }

    /** Closes the sockets, and every connection with them. Any thread. */
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            isLeaving = true;
            sockets.forEach(Channel::close);
        }
    }

    @Override
    public String toString() {
        return BindFailure.text(address) + "/udp";
    }

    /** Gives each packet to the loop of its connection. */
    private final class Router extends QuicCodecDispatcher {
        private final List<KernelLoop> loops;

        Router(List<KernelLoop> loops) {
            this.loops = loops;
        }

        @Override
        protected void initChannel(Channel socket, int idLength, QuicConnectionIdGenerator ids) {
            KernelLoop loop = loops.stream()
                    .filter(one -> one.eventLoop() == socket.eventLoop())
                    .findFirst()
                    .orElseThrow();
            socket.pipeline()
                    .addLast(new QuicServerCodecBuilder()
                            .localConnectionIdLength(idLength)
                            .connectionIdAddressGenerator(ids)
                            .activeMigration(true)
                            .activeConnectionIdLimit(IDS)
                            .grease(true)
                            .maxIdleTimeout(terms.idle().toMillis(), TimeUnit.MILLISECONDS)
                            .initialMaxData(terms.connectionWindow())
                            .initialMaxStreamDataBidirectionalRemote(terms.streamWindow())
                            .initialMaxStreamDataUnidirectional(terms.streamWindow())
                            .initialMaxStreamsBidirectional(terms.requests())
                            .initialMaxStreamsUnidirectional(terms.controls())
                            .tokenHandler(new QuicTokens(tokenKey, time, () -> isValidating || isBusy(loop)))
                            .sslEngineProvider(channel -> isLeaving || acceptor == null ? null : acceptor.engine(loop))
                            .handler(new Welcome(loop))
                            .build())
                    .addLast(new Failures());
        }

        private boolean isBusy(KernelLoop loop) {
            QuicAcceptor current = acceptor;
            return current != null && current.isBusy(loop);
        }
    }

    /** On the connection's loop, before the handshake. */
    private final class Welcome extends ChannelInitializer<QuicChannel> {
        private final KernelLoop loop;

        Welcome(KernelLoop loop) {
            this.loop = loop;
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(QuicChannel client) {
            open.incrementAndGet();
            client.closeFuture().addListener(closing -> {
                open.decrementAndGet();
                loop.eventLoop().execute(QuicListener.this::closeIfIdle);
            });
            try {
                acceptor.accepted(client, loop);
            } catch (Throwable e) {
                LOG.error("a connection from {} could not be taken over", client.remoteSocketAddress(), e);
                client.close();
            }
        }
    }

    /** What goes wrong with a socket concerns none of its connections in particular: an unreachable client, a full buffer. */
    private static final class Failures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("a datagram was lost", cause);
        }
    }
}

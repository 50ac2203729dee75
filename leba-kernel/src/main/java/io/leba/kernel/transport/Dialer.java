package io.leba.kernel.transport;

import io.leba.spi.OnLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Opens connections, each on the loop that asks and stays its owner. */
public final class Dialer {
    private final TransportKind kind;

    Dialer(TransportKind kind) {
        this.kind = kind;
    }

    /**
     * Whom to connect to.
     *
     * @param address resolved
     * @param encryption empty: in the clear
     * @param preamble what is said before anything else, before TLS too
     */
    public record Peer(InetSocketAddress address, Optional<Encryption> encryption, Optional<Preamble> preamble) {
        /** A peer that hears nothing of a client. */
        public Peer(InetSocketAddress address, Optional<Encryption> encryption) {
            this(address, encryption, Optional.empty());
        }

        /** A peer that is spoken to in the clear. */
        public static Peer plain(InetSocketAddress address) {
            return new Peer(address, Optional.empty());
        }
    }

    /**
     * The header of the PROXY protocol.
     *
     * @param addresses the client's; empty: the connection is LEBA's own
     */
    public record Preamble(ProxyVersion version, Optional<ProxyAddresses> addresses) {}

    /** Told once how it ended. */
    @OnLoop
    public interface Dialed {
        /**
         * The connection stands, TLS included. Handlers that are added now see {@code channelActive} and everything that the
         * peer says. If this throws, the connection is closed and {@link #failed} is called.
         */
        void connected(Channel channel);

        /**
         * It does not.
         *
         * @param cause what is wrong; its message is in plain words if it is a failure of the network
         * @param isTimeout whether the time was up
         */
        void failed(Throwable cause, boolean isTimeout);
    }

    /**
     * Connects. The time is for TCP and for TLS each.
     *
     * @param loop the caller's
     */
    @OnLoop
    public void dial(KernelLoop loop, Peer peer, Duration timeout, Dialed dialed) {
        int millis = (int) Math.min(Math.max(timeout.toMillis(), 1), Integer.MAX_VALUE);
        Arrival arrival = new Arrival(dialed, peer.encryption().isPresent());
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(kind.connecting())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
                .disableResolver()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ChannelOptions.apply(channel, loop);
                        peer.preamble().ifPresent(preamble -> channel.pipeline().addLast(new Introduction(preamble)));
                        peer.encryption().ifPresent(one -> one.install(channel, loop, peer.address(), millis));
                        channel.pipeline().addLast(arrival);
                    }
                });
        bootstrap.connect(peer.address()).addListener(connecting -> {
            if (!connecting.isSuccess()) {
                arrival.fail(connecting.cause());
            }
        });
    }

    /** Sends the preamble; for everybody else the connection stands once it is on its way. */
    private static final class Introduction extends ChannelInboundHandlerAdapter {
        private final Preamble preamble;

        Introduction(Preamble preamble) {
            this.preamble = preamble;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            // A backend that speaks first is heard when somebody is there to hear it.
            context.channel().config().setAutoRead(false);
            context.writeAndFlush(preamble.version().header(context.alloc(), preamble.addresses()))
                    .addListener(sent -> {
                        if (sent.isSuccess()) {
                            context.channel().config().setAutoRead(true);
                            context.fireChannelActive();
                            context.pipeline().remove(this);
                        } else {
                            context.fireExceptionCaught(sent.cause());
                        }
                    });
        }
    }

    /** Waits in the pipeline until the connection stands, and makes way for the protocol's handlers. */
    private static final class Arrival extends ChannelInboundHandlerAdapter {
        private final Dialed dialed;
        private final boolean isSecure;
        private boolean isTold;

        Arrival(Dialed dialed, boolean isSecure) {
            this.dialed = dialed;
            this.isSecure = isSecure;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (!isSecure) {
                arrive(context);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    arrive(context);
                } else {
                    fail(handshake.cause());
                    context.close();
                }
                return;
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(new ClosedChannelException());
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
            context.close();
        }

        private void arrive(ChannelHandlerContext context) {
            if (isTold) {
                return;
            }
            isTold = true;
            try {
                dialed.connected(context.channel());
            } catch (Throwable e) {
                context.close();
                dialed.failed(e, false);
                return;
            }
            context.fireChannelActive();
            if (!context.isRemoved()) {
                context.pipeline().remove(this);
            }
        }

        void fail(Throwable cause) {
            if (!isTold) {
                isTold = true;
                dialed.failed(PeerFailure.of(cause), isTimeout(cause));
            }
        }

        private static boolean isTimeout(Throwable cause) {
            return cause instanceof ConnectTimeoutException
                    || cause instanceof SslHandshakeTimeoutException
                    || cause instanceof SSLException && cause.getCause() instanceof SslHandshakeTimeoutException;
        }
    }
}

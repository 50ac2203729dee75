package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.PeerFailure;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Loop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a connection of QUIC until its handshake is over; one that takes longer than it may is closed. */
@OnLoop
final class QuicHandshake extends ChannelInboundHandlerAdapter implements Pending {
    private static final Logger LOG = LoggerFactory.getLogger(QuicHandshake.class);

    private final Frontend frontend;
    private final KernelLoop loop;
    private final Duration timeout;
    private ChannelHandlerContext context;
    private Loop.Deadline deadline;
    private boolean isCounted;

    QuicHandshake(Frontend frontend, KernelLoop loop, Duration timeout) {
        this.frontend = frontend;
        this.loop = loop;
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadline = loop.deadline(this::expire);
        deadline.arm(timeout.toMillis());
        if (!frontend.undecided(loop).add(this)) {
            close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        count(Handshake.Result.FAILED);
        frontend.undecided(loop).remove(this);
        deadline.close();
    }

    private void count(Handshake.Result result) {
        if (!isCounted) {
            isCounted = true;
            frontend.handshake(loop, result);
        }
    }

    private void expire() {
        count(Handshake.Result.EXPIRED);
        close();
    }

    @Override
    public void close() {
        context.close();
    }

    @Override
    public boolean isHandshake() {
        return true;
    }

    /** The handshake is over. */
    @Override
    public void channelActive(ChannelHandlerContext active) {
        QuicChannel channel = (QuicChannel) active.channel();
        Line line = QuicEntrance.line(frontend.mode());
        count(Handshake.Result.FULL);
        if (line == null) {
            close();
            return;
        }
        // A connection keeps the addresses that its handshake was made from: what is allowed to them was decided by
        // them.
        ProxyAddresses addresses = new ProxyAddresses(
                (InetSocketAddress) channel.remoteSocketAddress(), (InetSocketAddress) channel.localSocketAddress());
        String agreed = channel.sslEngine().getApplicationProtocol();
        Client client = frontend.give(
                channel, loop, line, Optional.of(new HandshakeResult(channel.sslEngine(), agreed)), addresses);
        if (client != null) {
            client.settled();
        }
        if (!active.isRemoved()) {
            active.pipeline().remove(this);
        }
    }

    /** QUIC tells the client what was wrong, and closes by itself. */
    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        LOG.debug(
                "frontend {}: the handshake of {} failed: {}",
                frontend.name(),
                ((QuicChannel) failed.channel()).remoteSocketAddress(),
                PeerFailure.reason(cause));
    }
}

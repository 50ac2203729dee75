package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.spi.OnLoop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.quic.QuicChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Keeps a connection of QUIC until its handshake is over. */
@OnLoop
final class QuicHandshake extends TimedHandshake {

    QuicHandshake(Frontend frontend, KernelLoop loop, Duration timeout) {
        super(frontend, loop, timeout);
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
        tell(((QuicChannel) failed.channel()).remoteSocketAddress(), cause);
    }
}

package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.QuicAcceptor;
import io.leba.kernel.transport.tls.ServerTls;
import io.leba.spi.OnLoop;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.util.Optional;

/** Where a frontend's clients come in that speak QUIC: with its certificates and bounds, to the protocol that serves at that moment. */
@OnLoop
final class QuicEntrance implements QuicAcceptor {
    /** Of the handshakes that may be under way, the part from which clients prove their address first. */
    private static final int BUSY = 4;

    private final Frontend frontend;

    QuicEntrance(Frontend frontend) {
        this.frontend = frontend;
    }

    /** The protocol that is spoken over QUIC; null: none is, now. */
    static Line line(Frontend.Mode mode) {
        for (Frontend.Entry entry : mode.lines()) {
            if (entry.isSecure() && entry.line().protocol().quic().isPresent()) {
                return entry.line();
            }
        }
        return null;
    }

    @Override
    public QuicSslEngine engine(KernelLoop loop) {
        Frontend.Mode mode = frontend.mode();
        Optional<ServerTls> tls = mode.entrance().tls();
        if (tls.isEmpty() || line(mode) == null) {
            return null;
        }
        if (frontend.undecided(loop).handshakes() >= tls.get().handshakes().most()) {
            frontend.handshake(loop, Handshake.Result.REFUSED);
            return null;
        }
        return tls.get().quicEngine(loop);
    }

    @Override
    public boolean isBusy(KernelLoop loop) {
        Optional<ServerTls> tls = frontend.mode().entrance().tls();
        return tls.isPresent()
                && frontend.undecided(loop).handshakes()
                        >= tls.get().handshakes().most() / BUSY;
    }

    @Override
    public void accepted(QuicChannel channel, KernelLoop loop) {
        Optional<ServerTls> tls = frontend.mode().entrance().tls();
        if (tls.isEmpty()) {
            channel.close();
            return;
        }
        frontend.opened(channel, loop);
        channel.pipeline()
                .addLast(
                        new QuicHandshake(frontend, loop, tls.get().handshakes().timeout()));
    }
}

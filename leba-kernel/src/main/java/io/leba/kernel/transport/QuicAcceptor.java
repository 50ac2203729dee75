package io.leba.kernel.transport;

import io.leba.spi.OnLoop;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslEngine;

/** Takes over connections of QUIC. */
public interface QuicAcceptor {
    /** TLS for one more connection; null: none is accepted now. */
    @OnLoop
    QuicSslEngine engine(KernelLoop loop);

    /** Whether so many handshakes are under way that a client has to prove its address first. */
    @OnLoop
    boolean isBusy(KernelLoop loop);

    /**
     * A client has begun a handshake. Adds handlers to the channel's pipeline, or closes it; the channel becomes active when the
     * handshake is over.
     */
    @OnLoop
    void accepted(QuicChannel channel, KernelLoop loop);
}

package io.leba.spi.protocol;

import io.leba.spi.OnLoop;
import io.leba.spi.tls.TlsSession;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Optional;

/** An accepted client connection. On its loop only, unless noted. */
@OnLoop
public interface ClientConnection {
    /** The channel. */
    Channel channel();

    /** The loop that owns it. */
    Loop loop();

    /**
     * The connections to backends for this client's exchanges. Those of which a backend was told by the PROXY protocol that they
     * are for this client are kept for it alone; taken from {@link Loop#pool()}, a connection is for nobody in particular, and
     * such a backend is told so.
     */
    default ConnectionPool pool() {
        return loop().pool();
    }

    /** The peer's address: that of the connection, or what the PROXY protocol said. */
    InetSocketAddress clientAddress();

    /** The address that the client connected to. */
    InetSocketAddress localAddress();

    /** Whether the client speaks TLS with LEBA. */
    boolean isSecure();

    /**
     * What was agreed in the handshake, which is over when {@link Protocol#accept} is called; empty in the clear. Allocates
     * nothing.
     */
    default Optional<TlsSession> tls() {
        return Optional.empty();
    }

    /** What ALPN agreed on, one of {@link Protocol#applicationProtocols}; empty if nothing, or in the clear. */
    default String applicationProtocol() {
        return "";
    }

    /** The UDP port on which the frontend is also served over QUIC ({@link Protocol#quic}); 0: it is not. */
    default int quicPort() {
        return 0;
    }

    /** Begins an exchange in the current generation. Each call is matched by one {@link FrontendView#exit}. */
    FrontendView enter();

    /**
     * Whether the connection should end after the exchange under way: LEBA stops, or the protocol that owns the
     * connection is being replaced. HTTP/1 says {@code Connection: close}.
     */
    boolean isDraining();

    /**
     * Sets what is called, on the loop, a moment after {@link #isDraining} has become true: a client whose request was on its
     * way gets its answer, which can say that it is the last one. The protocol then closes at once if no exchange is under way,
     * and otherwise at its end.
     */
    void onDrain(Runnable action);
}

package io.leba.spi.protocol;

import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import java.util.List;
import java.util.Optional;

/**
 * A protocol as configured on one frontend. It speaks with clients and backends on the event loops.
 *
 * <p>Life of a connection: the kernel accepts it on a loop and calls {@link #accept}; the protocol adds its handlers to the
 * channel's pipeline. For each exchange it calls {@link ClientConnection#enter()}, which gives the {@link FrontendView} of
 * the generation that is current at that moment; it looks up a {@link Group} in its own compiled table, {@linkplain
 * Group#pick picks} a backend, takes a connection to it from the loop's {@link ConnectionPool}, and at the end {@linkplain
 * Group#finish finishes} the pick and {@linkplain FrontendView#exit exits} the view. All of it on one thread.
 */
public interface Protocol {
    /**
     * Compiles the routes of one frontend for one generation into whatever this protocol looks up fast. Immutable.
     *
     * @throws io.leba.spi.config.InvalidConfig if the routes cannot work
     */
    @OnControl
    RouteTable compile(FrontendPlan plan);

    /**
     * What is offered by ALPN (RFC 7301) where clients speak TLS with LEBA, the preferred one first: {@code ["h2",
     * "http/1.1"]}. Empty: no ALPN. The same at each call.
     */
    @OnControl
    default List<String> applicationProtocols() {
        return List.of();
    }

    /**
     * How it is spoken over QUIC, where clients speak TLS with LEBA; empty: it is not. The same at each call.
     *
     * <p>{@link #accept} is then also called for connections whose {@link ClientConnection#applicationProtocol} is one of these
     * terms'. Their channel is a {@code QuicChannel} of Netty: streams that the client opens are read from it as messages, which the
     * protocol registers with handlers of its own.
     */
    @OnControl
    default Optional<QuicTerms> quic() {
        return Optional.empty();
    }

    /**
     * Takes over a client connection: adds handlers to its pipeline. Reading starts after this returns. The channel is
     * registered with the loop; auto-read is on. Where clients speak TLS with LEBA the handshake is over, and {@link
     * ClientConnection#applicationProtocol} says what was agreed.
     */
    @OnLoop
    void accept(ClientConnection client);

    /** A protocol's compiled routes: the kernel keeps it and hands it back. */
    interface RouteTable {}
}

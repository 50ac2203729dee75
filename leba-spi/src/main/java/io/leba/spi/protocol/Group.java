package io.leba.spi.protocol;

import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.HashKey;
import java.time.Duration;

/** Backends that serve the same thing, with everything that decides which of them is next. Any loop. */
public interface Group {
    /** Its name. */
    String name();

    /** The protocol its backends speak. */
    String protocol();

    /**
     * The word by which the configuration says how its backends speak it: that of the protocol, the one for the same inside TLS,
     * or one of its {@linkplain ProtocolProvider#dialects dialects}.
     */
    default String spoken() {
        return protocol();
    }

    /** Whether its backends are spoken to in TLS. */
    boolean isSecure();

    /**
     * Whether its backends are told, at the beginning of each connection, whom it is for (the PROXY protocol): one that is taken
     * from {@link ClientConnection#pool()} carries this client's exchanges and no other's.
     */
    default boolean tellsClients() {
        return false;
    }

    /** How long a connection to a backend may take to come about. */
    Duration connectTimeout();

    /** How many further backends may be tried after the first one could not be connected. */
    int connectRetries();

    /**
     * Picks a backend and counts the exchange in flight on it. Each backend got is given back with one {@link #finish}.
     *
     * @param keys what the algorithm may hash
     * @param tried what must not be picked; the pick is added to it
     * @return null if no backend is available
     */
    @OnLoop
    Backend pick(Loop loop, ExchangeKeys keys, Tried tried);

    /**
     * Ends the exchange with a picked backend.
     *
     * @param nanos from the pick to the end, for the latency figures; less than 0: not recorded
     */
    @OnLoop
    void finish(Loop loop, Backend backend, Outcome outcome, long nanos);

    /** What of an exchange an algorithm may ask for. */
    @OnLoop
    @FunctionalInterface
    interface ExchangeKeys {
        /** There is no such value. */
        long ABSENT = 0;

        /** The {@link io.leba.spi.balance.Hash64} of the value, or {@link #ABSENT}. (A hash that happens to be 0 is given as 1.) */
        long hash(HashKey key);
    }
}

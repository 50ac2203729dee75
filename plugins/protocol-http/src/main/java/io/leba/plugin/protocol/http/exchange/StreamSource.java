package io.leba.plugin.protocol.http.exchange;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop;

/**
 * Where streams to backends come from; one for each version of HTTP that groups may speak. It hands out whole connections, or
 * streams of connections that carry many.
 */
public interface StreamSource {
    /** Whether its streams pass on a chunked request's chunks as they are. Known before a backend is picked. */
    boolean takesChunks();

    /**
     * A stream on a connection that stands, or null. That may turn out to be closed as soon as it is used; if nothing of a
     * response has come by then, the exchange takes it for the race that it most likely is, and opens a new one.
     */
    BackendStream poll(Loop loop, Backend backend);

    /** Opens a stream, on a new connection if need be. One of the callback's methods is called, possibly before this returns. */
    void connect(Loop loop, Group group, Backend backend, OnStream callback);

    /** Told how an attempt to open a stream ended. */
    interface OnStream {
        /** It stands. */
        void opened(BackendStream stream);

        /**
         * It does not.
         *
         * @param isTimeout whether the time was up, rather than refused or unreachable
         */
        void failed(Throwable cause, boolean isTimeout);
    }
}

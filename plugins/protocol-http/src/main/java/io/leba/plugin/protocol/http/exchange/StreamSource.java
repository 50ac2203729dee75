package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.Group;

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
     *
     * @param client whom it is for; its {@linkplain ClientConnection#pool() pool} keeps apart what is for this client alone
     */
    BackendStream poll(ClientConnection client, Backend backend);

    /**
     * Opens a stream, on a new connection if need be. One of the callback's methods is called, possibly before this returns.
     *
     * @param client whom it is for; where the {@linkplain Group#tellsClients() group tells}, nobody else's stream may share the
     *     connection
     */
    void connect(ClientConnection client, Target target, Backend backend, OnStream callback);

    /** Told how an attempt to open a stream ended. */
    interface OnStream {
        /** Whether a stream is still of use; if not, any of the other methods is to be called soon, for it to be forgotten. */
        boolean isWanted();

        /** It stands. */
        void opened(BackendStream stream);

        /**
         * It does not.
         *
         * @param isTimeout whether the time was up, rather than refused or unreachable
         */
        void failed(Throwable cause, boolean isTimeout);

        /** The backend has no room for it: as much as may be is under way with it, and as many wait for that, or it waited too long. */
        void full();
    }
}

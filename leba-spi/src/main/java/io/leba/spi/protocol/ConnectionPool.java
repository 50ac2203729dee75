package io.leba.spi.protocol;

import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import java.util.List;

/**
 * A loop's connections to backends. Idle ones are kept last in, first out, and closed after the group's idle timeout, when
 * there are too many, when their backend is gone, and when the protocol instance that opened them retires.
 */
@OnLoop
public interface ConnectionPool {
    /**
     * An idle connection to the backend that was opened by the same opener, or null. It was alive a moment ago; it may
     * turn out to be closed as soon as it is used.
     */
    <T extends BackendConnection> T poll(Backend backend, Opener<T> opener);

    /**
     * Opens a connection on this loop. One of the callback's methods is called, possibly before this returns.
     */
    <T extends BackendConnection> void connect(Group group, Backend backend, Opener<T> opener, OnConnect<T> callback);

    /**
     * Gives a connection back for re-use. It must be in its initial state: nothing unread, nothing unsent, auto-read on. The
     * protocol's handler stays in the pipeline and closes the connection if the backend says anything unasked.
     */
    void release(BackendConnection connection);

    /**
     * Whether a connection that is in use is what would be opened now: to the same address, in the same TLS, by an opener that
     * serves. For connections that carry many exchanges at a time: one that is not takes no further ones, and is given back
     * behind the last, to be closed.
     */
    boolean isCurrent(BackendConnection connection);

    /**
     * Makes a protocol's side of a backend connection. Its identity is the pool's key, so a protocol instance keeps one
     * and its connections are never mixed with another one's.
     */
    @FunctionalInterface
    interface Opener<T extends BackendConnection> {
        /** The channel is connected (and secured); adds handlers. Reading starts after it returns. */
        @OnLoop
        T open(io.netty.channel.Channel channel, Backend backend, Loop loop);

        /**
         * The same, told what ALPN agreed on.
         *
         * @param applicationProtocol one of {@link #applicationProtocols}; empty: nothing was agreed on, or there is no TLS
         */
        @OnLoop
        default T open(io.netty.channel.Channel channel, Backend backend, Loop loop, String applicationProtocol) {
            return open(channel, backend, loop);
        }

        /**
         * What is offered by ALPN to backends that are spoken to in TLS, the preferred one first. The same at each call; empty:
         * no ALPN.
         */
        @OnLoop
        default List<String> applicationProtocols() {
            return List.of();
        }
    }

    /** Told how a connect ended. */
    @OnLoop
    interface OnConnect<T extends BackendConnection> {
        /** It stands. */
        void connected(T connection);

        /**
         * It does not.
         *
         * @param isTimeout whether the time was up, rather than refused or unreachable
         */
        void failed(Throwable cause, boolean isTimeout);
    }
}

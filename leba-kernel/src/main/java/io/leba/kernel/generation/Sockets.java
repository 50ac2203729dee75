package io.leba.kernel.generation;

import io.leba.kernel.transport.Acceptor;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.Listener;
import io.leba.spi.OnControl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The listening sockets. They outlive generations: a socket is closed only when no frontend asks for its address. */
@OnControl
final class Sockets {
    private static final int BACKLOG = 4096;

    private final EventLoops loops;
    private final Map<Requested, Listener> bound = new java.util.concurrent.ConcurrentHashMap<>();

    Sockets(EventLoops loops) {
        this.loops = loops;
    }

    /**
     * What identifies a socket.
     *
     * @param address as written; empty: all
     * @param port as written
     * @param name the frontend's, if the port is 0 and so is no identity; else empty
     */
    record Requested(String address, int port, String name) {
        static Requested of(String address, int port, String frontend) {
            boolean isAll = address.equals("*") || address.equals("0.0.0.0") || address.equals("::");
            return new Requested(isAll ? "" : address, port, port == 0 ? frontend : "");
        }

        /** As an operator would write it; {@code *} for all addresses. */
        String shown() {
            String host = address.isEmpty() ? "*" : address.indexOf(':') >= 0 ? "[" + address + "]" : address;
            return host + ":" + port;
        }

        InetSocketAddress resolve() throws UnknownHostException {
            return address.isEmpty()
                    ? new InetSocketAddress(port)
                    : new InetSocketAddress(InetAddress.getByName(address), port);
        }
    }

    /** Sockets bound for a generation that is not published yet. */
    final class Draft {
        private final Map<Requested, Listener> added = new HashMap<>();

        /** Binds the address unless it is bound already. Clients wait in its backlog until {@link #commit}. */
        void need(Requested requested) throws IOException {
            if (!bound.containsKey(requested) && !added.containsKey(requested)) {
                added.put(requested, loops.bind(requested.resolve(), BACKLOG));
            }
        }

        void drop() {
            added.values().forEach(Listener::close);
            added.clear();
        }

        /** Takes the new sockets over, gives each its acceptor, and closes those that nobody asks for. */
        void commit(Map<Requested, ? extends Acceptor> acceptors) {
            bound.putAll(added);
            Set<Requested> gone = new HashSet<>(bound.keySet());
            gone.removeAll(acceptors.keySet());
            gone.forEach(requested -> bound.remove(requested).close());
            acceptors.forEach((requested, acceptor) -> bound.get(requested).acceptor(acceptor));
        }
    }

    Draft draft() {
        return new Draft();
    }

    /** Where the socket listens; null if there is none. */
    InetSocketAddress address(Requested requested) {
        Listener listener = bound.get(requested);
        return listener == null ? null : listener.localAddress();
    }

    /** Stops accepting. */
    void close() {
        bound.values().forEach(Listener::close);
        bound.clear();
    }
}

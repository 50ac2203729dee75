package io.leba.kernel.generation;

import io.leba.kernel.transport.QuicAcceptor;
import io.leba.kernel.transport.QuicListener;
import io.leba.spi.OnControl;
import io.leba.spi.protocol.QuicTerms;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP sockets of frontends whose protocols are spoken over QUIC, by their address, which is that of the frontend's listening socket.
 * They outlive generations. A socket that nobody asks for any more accepts nothing, and is closed when its last connection has ended.
 */
@OnControl
final class QuicSockets {
    private static final Logger LOGGER = LoggerFactory.getLogger(QuicSockets.class);
    private static final Duration AGAIN = Duration.ofMillis(250);

    private final Services services;
    private final Map<InetSocketAddress, QuicListener> bound = new LinkedHashMap<>();
    /** What is to be bound as soon as whoever had it before has left it. */
    private final Map<InetSocketAddress, Wanted> missing = new LinkedHashMap<>();

    private boolean isSuccessor;
    private boolean isLeft;
    private boolean isWaiting;

    QuicSockets(Services services) {
        this.services = services;
    }

    private record Wanted(QuicTerms terms, QuicAcceptor acceptor) {}

    /** An earlier process serves until it has drained: its addresses are free only then. */
    void succeed() {
        isSuccessor = true;
    }

    /** Sockets bound for a generation that is not published yet. */
    final class Draft {
        private final Map<InetSocketAddress, QuicListener> added = new HashMap<>();
        private final Map<InetSocketAddress, QuicTerms> wanted = new LinkedHashMap<>();

        /**
         * Binds an address, unless it is bound already.
         *
         * @throws IOException if it cannot be had, with the reason and a remedy
         */
        void need(InetSocketAddress address, QuicTerms terms) throws IOException {
            wanted.put(address, terms);
            QuicListener before = bound.get(address);
            if (before != null || missing.containsKey(address)) {
                return;
            }
            try {
                added.put(address, services.loops().bindQuic(address, terms));
            } catch (IOException e) {
                if (!isSuccessor) {
                    throw e;
                }
                LOGGER.debug("not yet", e);
            }
        }

        void drop() {
            added.values().forEach(QuicListener::close);
            added.clear();
        }

        /** Takes the new sockets over, and leaves those that nobody asks for. */
        void commit(Map<InetSocketAddress, QuicAcceptor> acceptors) {
            bound.putAll(added);
            added.clear();
            missing.clear();
            for (Iterator<Map.Entry<InetSocketAddress, QuicListener>> each =
                            bound.entrySet().iterator();
                    each.hasNext(); ) {
                Map.Entry<InetSocketAddress, QuicListener> one = each.next();
                if (!wanted.containsKey(one.getKey())) {
                    each.remove();
                    one.getValue().leave();
                }
            }
            wanted.forEach((address, terms) -> {
                QuicListener listener = bound.get(address);
                boolean isOther = listener != null && !listener.follow(terms);
                if (isOther && listener.openConnections() == 0) {
                    bound.remove(address).close();
                    listener = null;
                }
                if (listener == null) {
                    missing.put(address, new Wanted(terms, acceptors.get(address)));
                    return;
                }
                listener.acceptor(acceptors.get(address));
                if (isOther) {
                    LOGGER.warn(
                            "{}: windows, streams and idle time of QUIC stay as they were, because connections use them; a"
                                    + " reload without open connections, or a restart, changes them",
                            listener);
                }
            });
            isSuccessor = false;
            if (!missing.isEmpty()) {
                again();
            }
        }
    }

    private void again() {
        for (Iterator<Map.Entry<InetSocketAddress, Wanted>> each =
                        missing.entrySet().iterator();
                each.hasNext() && !isLeft; ) {
            Map.Entry<InetSocketAddress, Wanted> one = each.next();
            try {
                QuicListener listener =
                        services.loops().bindQuic(one.getKey(), one.getValue().terms());
                listener.acceptor(one.getValue().acceptor());
                bound.put(one.getKey(), listener);
                each.remove();
                LOGGER.info("{} is served, now that it is free", listener);
            } catch (IOException e) {
                LOGGER.debug("not yet", e);
            }
        }
        if (!missing.isEmpty() && !isLeft && !isWaiting) {
            isWaiting = true;
            services.control().after(AGAIN, () -> {
                isWaiting = false;
                again();
            });
        }
    }

    Draft draft() {
        return new Draft();
    }

    /** Accepts no more: each address is free when its last connection has ended. */
    void leave() {
        isLeft = true;
        bound.values().forEach(QuicListener::leave);
    }

    /** Closes the sockets with their connections. */
    void close() {
        leave();
        bound.values().forEach(QuicListener::close);
        bound.clear();
    }
}

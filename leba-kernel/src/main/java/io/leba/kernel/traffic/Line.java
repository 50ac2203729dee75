package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One protocol instance serving on a frontend, with the connections it owns. Successive generations that keep the instance
 * give it new {@linkplain View views}; a generation that replaces it retires the line: its connections see the last view
 * until they end, and are told to drain.
 */
public final class Line {
    private final Protocol protocol;
    private final Connections[] connections;
    private volatile View view;
    private volatile boolean draining;
    private volatile int quicPort;

    Line(Protocol protocol, View view, int loops) {
        this.protocol = protocol;
        this.view = view;
        this.connections = new Connections[loops];
        for (int i = 0; i < loops; i++) {
            connections[i] = new Connections();
        }
    }

    Protocol protocol() {
        return protocol;
    }

    View view() {
        return view;
    }

    @OnControl
    void view(View next) {
        view = next;
    }

    int quicPort() {
        return quicPort;
    }

    /** The UDP port on which the frontend is served, too; 0: none. */
    @OnControl
    void quicPort(int port) {
        quicPort = port;
    }

    @OnLoop
    View enter(KernelLoop loop) {
        View current = view;
        current.entered(loop);
        return current;
    }

    boolean isDraining() {
        return draining;
    }

    /**
     * Lets every connection end after its exchange. Who asks something meanwhile is told so with the answer; the others, each
     * on its loop, are told after a while.
     *
     * @param linger how long connections without an exchange stay, for the requests that are on their way already
     */
    @OnControl
    void drain(List<KernelLoop> loops, Duration linger) {
        draining = true;
        for (KernelLoop loop : loops) {
            loop.eventLoop().schedule(connections[loop.index()]::drain, linger.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Closes every connection, each on its loop. */
    @OnControl
    void close(List<KernelLoop> loops) {
        for (KernelLoop loop : loops) {
            loop.eventLoop().execute(() -> connections[loop.index()].close());
        }
    }

    @OnLoop
    void opened(KernelLoop loop, Client client) {
        connections[loop.index()].add(client);
    }

    /** See {@link Client#settled}. */
    @OnLoop
    void settled(KernelLoop loop, Client client) {
        if (connections[loop.index()].isDrained) {
            client.drain();
        }
    }

    @OnLoop
    void closed(KernelLoop loop, Client client) {
        connections[loop.index()].remove(client);
    }

    /** Open connections; any thread, a moment old. */
    int size() {
        int sum = 0;
        for (Connections cell : connections) {
            sum += cell.size;
        }
        return sum;
    }

    /** One loop's connections: a linked list through the clients themselves. Only {@code size} is read elsewhere. */
    private static final class Connections {
        private Client first;
        private boolean isDrained;
        private volatile int size;

        void add(Client client) {
            client.next = first;
            if (first != null) {
                first.previous = client;
            }
            first = client;
            size = size + 1;
        }

        void remove(Client client) {
            if (client.previous != null) {
                client.previous.next = client.next;
            } else {
                first = client.next;
            }
            if (client.next != null) {
                client.next.previous = client.previous;
            }
            client.next = null;
            client.previous = null;
            size = size - 1;
        }

        private List<Client> all() {
            List<Client> all = new ArrayList<>();
            for (Client client = first; client != null; client = client.next) {
                all.add(client);
            }
            return all;
        }

        void drain() {
            isDrained = true;
            all().forEach(Client::drain);
        }

        void close() {
            all().forEach(client -> client.channel().close());
        }
    }
}

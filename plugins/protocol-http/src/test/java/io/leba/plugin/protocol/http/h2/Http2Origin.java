package io.leba.plugin.protocol.http.h2;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A backend on a real socket that speaks HTTP/2, one thread a connection. What is done with a request is done on that thread. */
final class Http2Origin implements AutoCloseable {
    private final ServerSocket listener;
    private final Http2Limits limits;
    private final Consumer<Peer.Call> onRequest;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    volatile int step = 64 << 10;
    volatile boolean takesAtOnce = true;

    private Http2Origin(Http2Limits limits, Consumer<Peer.Call> onRequest) {
        this.limits = limits;
        this.onRequest = onRequest;
        try {
            listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        daemon(this::accept);
    }

    /** A backend that does this with each request, as soon as its head has come. */
    static Http2Origin with(Consumer<Peer.Call> onRequest) {
        return new Http2Origin(Peer.LIMITS, onRequest);
    }

    /** The same, with so many streams at a time. */
    static Http2Origin with(int streams, Consumer<Peer.Call> onRequest) {
        Http2Limits all = Peer.LIMITS;
        return new Http2Origin(
                new Http2Limits(
                        streams,
                        all.streamWindow(),
                        all.connectionWindow(),
                        all.headBytes(),
                        all.headFields(),
                        all.sendBuffer(),
                        all.settingsNanos(),
                        all.stallNanos()),
                onRequest);
    }

    /** A backend that answers each request, once it has come whole, with its first line and its body. */
    static Http2Origin echoing() {
        return with(call -> whole(call, () -> {
            String head = call.heads.get(0);
            String line = head.substring(0, head.indexOf(" HTTP/"));
            call.respond(200, line + "|" + call.body, call.trailers);
        }));
    }

    /** Does something when the request has come whole. */
    static void whole(Peer.Call call, Runnable action) {
        if (call.isEnded) {
            action.run();
        } else {
            call.onEnd = action;
        }
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(listener.accept());
                connections.add(connection);
                daemon(connection::run);
            }
        } catch (IOException e) {
            // Closed: nothing more to accept.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "h2-origin");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Connections so far. */
    List<Connection> connections() {
        return connections;
    }

    void stopListening() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stopListening();
        connections.forEach(Connection::cut);
    }

    /** A connection from LEBA. */
    final class Connection {
        final Peer peer = new Peer(Role.SERVER, limits);
        private final Socket socket;
        private final ConcurrentLinkedQueue<Consumer<Peer>> tasks = new ConcurrentLinkedQueue<>();
        private final byte[] buffer = new byte[64 << 10];
        private volatile boolean isEnded;
        private volatile int received;

        Connection(Socket socket) {
            this.socket = socket;
            peer.onRequest = onRequest;
            peer.takesAtOnce = takesAtOnce;
        }

        /** Does something on the connection's thread. */
        void run(Consumer<Peer> task) {
            tasks.add(task);
        }

        /** How many bytes have come. */
        int received() {
            return received;
        }

        /** Whether it is closed. */
        boolean isEnded() {
            return isEnded;
        }

        /** Closes it at once. */
        void cut() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void run() {
            try (socket) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(2);
                peer.connection.start();
                while (!isEnded) {
                    turn(socket.getOutputStream());
                }
            } catch (IOException e) {
                // The peer went away, which its own assertions see.
            } finally {
                isEnded = true;
                peer.close();
            }
        }

        private void turn(OutputStream to) throws IOException {
            for (Consumer<Peer> task = tasks.poll(); task != null; task = tasks.poll()) {
                task.accept(peer);
            }
            byte[] out = peer.fetch();
            for (int i = 0; i < out.length; i += step) {
                to.write(out, i, Math.min(step, out.length - i));
            }
            if (peer.isFinished) {
                isEnded = true;
                return;
            }
            try {
                int count = socket.getInputStream().read(buffer);
                isEnded = count < 0;
                if (count > 0) {
                    received += count;
                    peer.give(Arrays.copyOf(buffer, count));
                }
            } catch (SocketTimeoutException e) {
                // Nothing came.
            }
        }
    }
}

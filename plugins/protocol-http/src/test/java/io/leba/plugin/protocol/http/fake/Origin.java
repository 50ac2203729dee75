package io.leba.plugin.protocol.http.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend on a real socket that keeps every byte it gets and says what its script says. One thread a connection. */
public final class Origin implements AutoCloseable {
    /** What a backend does with a connection. */
    @FunctionalInterface
    public interface Script {
        /** Serves a connection; it is closed afterwards. */
        void serve(Connection connection) throws IOException;
    }

    private final ServerSocket listener;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final Script script;

    private Origin(Script script, int receiveBuffer) throws IOException {
        this.script = script;
        this.listener = new ServerSocket();
        if (receiveBuffer > 0) {
            listener.setReceiveBufferSize(receiveBuffer);
        }
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        daemon(this::accept);
    }

    /** A backend with a script. */
    public static Origin with(Script script) {
        return with(script, 0);
    }

    /** A backend with a script, and a small receive buffer. */
    public static Origin with(Script script, int receiveBuffer) {
        try {
            return new Origin(script, receiveBuffer);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A backend that gives the same answer to each request. */
    public static Origin answering(String response) {
        return with(connection -> {
            while (connection.readRequest() != null) {
                connection.write(response);
            }
        });
    }

    /** A backend that answers 200 with a body. */
    public static Origin saying(String body) {
        return answering("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
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
        Thread thread = new Thread(task, "origin");
        thread.setDaemon(true);
        thread.start();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Connections so far. */
    public List<Connection> connections() {
        return connections;
    }

    /** All bytes received, connection after connection. */
    public String received() {
        StringBuilder all = new StringBuilder();
        connections.forEach(connection -> all.append(connection.received()));
        return all.toString();
    }

    /** Complete requests received on all connections. */
    public List<String> requests() {
        List<String> all = new ArrayList<>();
        connections.forEach(connection -> all.addAll(connection.requests));
        return all;
    }

    /** Stops listening; connections stay. */
    public void stopListening() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stopListening();
        connections.forEach(Connection::close);
    }

    /** A connection from LEBA. */
    public final class Connection {
        private final Socket socket;
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private volatile boolean isEnded;

        private Connection(Socket socket) {
            this.socket = socket;
        }

        private void run() {
            try (socket) {
                socket.setTcpNoDelay(true);
                script.serve(this);
            } catch (IOException e) {
                // The peer went away, which its own assertions see.
            } finally {
                isEnded = true;
            }
        }

        /** Whether the script is done. */
        public boolean isEnded() {
            return isEnded;
        }

        /** The next byte, or -1. */
        public int read() throws IOException {
            int c = input().read();
            if (c >= 0) {
                synchronized (all) {
                    all.write(c);
                }
            }
            return c;
        }

        private InputStream input() throws IOException {
            return socket.getInputStream();
        }

        /** Reads until the peer closes. */
        public void readAll() throws IOException {
            byte[] part = new byte[8192];
            for (int n = input().read(part); n >= 0; n = input().read(part)) {
                synchronized (all) {
                    all.write(part, 0, n);
                }
            }
        }

        /** The next head with its empty line, or null at the end. */
        public String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int c = read();
                if (c < 0) {
                    return null;
                }
                head.append((char) c);
            }
            return head.toString();
        }

        /** The next request with its body, framing included, or null at the end. */
        public String readRequest() throws IOException {
            String head = readHead();
            if (head == null) {
                return null;
            }
            StringBuilder request = new StringBuilder(head);
            String lower = head.toLowerCase(java.util.Locale.ROOT);
            int length = lower.indexOf("\r\ncontent-length:");
            if (lower.contains("\r\ntransfer-encoding:")) {
                if (!readChunks(request)) {
                    return null;
                }
            } else if (length >= 0) {
                int end = lower.indexOf('\r', length + 2);
                int count = Integer.parseInt(lower.substring(length + 17, end).trim());
                for (int i = 0; i < count; i++) {
                    int c = read();
                    if (c < 0) {
                        return null;
                    }
                    request.append((char) c);
                }
            }
            requests.add(request.toString());
            return request.toString();
        }

        private boolean readChunks(StringBuilder request) throws IOException {
            while (true) {
                String line = readLine(request);
                if (line == null) {
                    return false;
                }
                int size = Integer.parseInt(line, 16);
                for (int i = 0; i < size; i++) {
                    request.append((char) read());
                }
                String end = readLine(request);
                while (size == 0 && end != null && !end.isEmpty()) {
                    end = readLine(request);
                }
                if (end == null || size == 0) {
                    return end != null;
                }
            }
        }

        private String readLine(StringBuilder request) throws IOException {
            StringBuilder line = new StringBuilder();
            while (line.length() < 2 || !line.substring(line.length() - 2).equals("\r\n")) {
                int c = read();
                if (c < 0) {
                    return null;
                }
                line.append((char) c);
            }
            request.append(line);
            return line.substring(0, line.length() - 2);
        }

        /** Sends. */
        public void write(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Sends a reset instead of an end when it is closed. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** The socket. */
        public Socket socket() {
            return socket;
        }

        /** What came. */
        public String received() {
            synchronized (all) {
                return all.toString(StandardCharsets.ISO_8859_1);
            }
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}

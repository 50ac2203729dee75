package io.leba.testkit.origin;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend on a free loopback port that follows a script on each connection, and remembers what each has said. A thread a
 * connection, all ended by {@link #close()}.
 */
public final class TcpOrigin implements AutoCloseable {
    private final Script script;
    private final int port;
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile ServerSocket listening;
    private volatile Thread accepting;

    /** What is done on a connection; its end closes the connection. */
    @FunctionalInterface
    public interface Script {
        /** Plays the part of the backend. */
        void play(Session session) throws IOException;
    }

    private TcpOrigin(Script script) throws IOException {
        this.script = script;
        this.listening = listen(0);
        this.port = listening.getLocalPort();
        accept(listening);
    }

    /** Follows the script. */
    public static TcpOrigin playing(Script script) throws IOException {
        return new TcpOrigin(script);
    }

    /** Sends each line back behind a name and a space. */
    public static TcpOrigin lines(String name) throws IOException {
        return new TcpOrigin(session -> {
            for (String line = session.readLine(); line != null; line = session.readLine()) {
                session.send(name + " " + line + "\n");
            }
        });
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        return socket;
    }

    private void accept(ServerSocket server) {
        accepting = start(() -> {
            while (!server.isClosed()) {
                try {
                    Session session = new Session(server.accept(), numbers.incrementAndGet());
                    sessions.add(session);
                    start(() -> serve(session));
                } catch (IOException e) {
                    return; // it was closed
                }
            }
        });
    }

    private Thread start(Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                "origin-" + port);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void serve(Session session) {
        try (session.socket) {
            script.play(session);
        } catch (IOException e) {
            // the other side went away, or this origin ends
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** How many connections came so far. */
    public int connections() {
        return numbers.get();
    }

    /** Every connection so far. */
    public List<Session> sessions() {
        return List.copyOf(sessions);
    }

    /** Ends like a process that is killed: the port refuses, connections are reset. */
    public void die() throws IOException {
        listening.close();
        try {
            accepting.join(); // the port refuses once nobody waits there any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Session session : sessions) {
            session.reset();
        }
    }

    /** Listens again, on the same port. */
    public void revive() throws IOException {
        listening = listen(port);
        accept(listening);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        die();
        for (Thread thread : threads) {
            thread.interrupt();
        }
    }

    /** The backend's side of one connection. Texts are a byte a character. */
    public final class Session {
        private final Socket socket;
        private final int number;
        private final StringBuffer received = new StringBuffer();

        Session(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            socket.setTcpNoDelay(true);
        }

        /** From 1, in the order in which they were accepted. */
        public int number() {
            return number;
        }

        /** What the client has said so far, as far as the script has read it. */
        public String received() {
            return received.toString();
        }

        /** The next byte, or -1 at the end. */
        public int read() throws IOException {
            int one = socket.getInputStream().read();
            if (one >= 0) {
                received.append((char) one);
            }
            return one;
        }

        /** As many bytes, or fewer at the end. */
        public byte[] read(int count) throws IOException {
            InputStream in = socket.getInputStream();
            byte[] bytes = in.readNBytes(count);
            received.append(new String(bytes, StandardCharsets.ISO_8859_1));
            return bytes;
        }

        /** The next line without its end; null at the end. */
        public String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int one = read(); one != '\n'; one = read()) {
                if (one < 0) {
                    return line.length() == 0 ? null : line.toString();
                }
                line.append((char) one);
            }
            int length = line.length();
            return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
        }

        /** Says something. */
        public void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Says something. */
        public void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Waits, or until the origin is closed. */
        public void pause(Duration time) throws IOException {
            try {
                if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IOException("the origin was closed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        /** Waits until the client closes; what it says is remembered. */
        public void awaitEnd() throws IOException {
            while (read() >= 0) {
                // remembered by read()
            }
        }

        /** Ends the connection with a reset. */
        public void reset() throws IOException {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
    }
}

package io.leba.distribution;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that never rest: some keep their connections for as long as LEBA lets them, some make one for each request. What is
 * refused, reset, closed without an answer, or not answered with 200 is a failure; nothing is tried twice.
 */
final class Load implements AutoCloseable {
    private static final int MOST_FAILURES = 50;

    private final int port;
    private final String[] paths;
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /** @param paths asked for in turn; {@code /load} without any */
    Load(int port, int keeping, int connecting, String... paths) {
        this.port = port;
        this.paths = paths.length == 0 ? new String[] {"/load"} : paths;
        for (int i = 0; i < keeping + connecting; i++) {
            boolean keeps = i < keeping;
            Thread client = new Thread(() -> run(keeps), (keeps ? "keeping-" : "connecting-") + i);
            client.setDaemon(true);
            client.start();
            clients.add(client);
        }
    }

    /** Requests answered with 200. */
    long answered() {
        return answered.get();
    }

    /** Connections made. */
    long connections() {
        return connections.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    private void run(boolean keeps) {
        while (!stopped && failures.size() < MOST_FAILURES) {
            long served = 0;
            try (Socket socket = new Socket("127.0.0.1", port)) {
                connections.incrementAndGet();
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                boolean stays = true;
                while (stays && !stopped) {
                    stays = ask(socket, keeps, paths[(int) (answered.get() % paths.length)]);
                    answered.incrementAndGet();
                    served++;
                }
            } catch (IOException e) {
                failures.add(Thread.currentThread().getName() + " after " + served + " on the connection: " + e);
            }
        }
    }

    /** One request; gives whether the connection stays. */
    private static boolean ask(Socket socket, boolean keeps, String path) throws IOException {
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + (keeps ? "" : "Connection: close\r\n") + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int read = in.read();
            if (read < 0) {
                throw new EOFException("closed after " + head.length() + " bytes of a response");
            }
            head.append((char) read);
        }
        String text = head.toString().toLowerCase(java.util.Locale.ROOT);
        int at = text.indexOf("content-length: ");
        if (!text.startsWith("http/1.1 200") || at < 0) {
            throw new IOException("unexpected response: " + head);
        }
        int length = Integer.parseInt(text.substring(at + 16, text.indexOf('\r', at)));
        if (in.readNBytes(length).length < length) {
            throw new EOFException("closed in a body");
        }
        return !text.contains("connection: close");
    }

    /** Ends all clients, each after its answer. */
    void finish() {
        stopped = true;
        for (Thread client : clients) {
            try {
                TimeUnit.SECONDS.timedJoin(client, 30);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        finish();
    }
}

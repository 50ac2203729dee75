package io.leba.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A fast HTTP backend whose answers are written whole or not at all, so that killing it never leaves half of one. */
final class AtomicBackend implements AutoCloseable {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n".getBytes(StandardCharsets.US_ASCII);
    private static final int END_OF_HEAD = 0x0d0a0d0a;

    private final ServerSocket listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final LongAdder answers = new LongAdder();
    private volatile boolean isDead;

    AtomicBackend() throws IOException {
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Answers that were written so far. */
    long answers() {
        return answers.sum();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "backend");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (!isDead) {
                Socket client = listening.accept();
                clients.add(client);
                start(() -> serve(client));
                if (isDead) {
                    client.close();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            byte[] piece = new byte[8192];
            int last = 0;
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                for (int i = 0; i < count; i++) {
                    last = last << 8 | piece[i];
                    if (last == END_OF_HEAD) {
                        client.getOutputStream().write(ANSWER);
                        answers.increment();
                    }
                }
            }
        } catch (IOException e) {
            // killed, or closed by the other side
        } finally {
            clients.remove(client);
        }
    }

    /** Ends in mid-test, as a process that is killed: refuses from now on, and cuts every connection wherever it is. */
    void die() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        isDead = true;
        listening.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}

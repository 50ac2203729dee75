package io.leba.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A TCP server on a free loopback port that sends back what it gets. */
final class EchoBackend implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final LongAdder bytes = new LongAdder();

    EchoBackend() throws IOException {
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Bytes that were sent back so far. */
    long bytes() {
        return bytes.sum();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket client = listening.accept();
                clients.add(client);
                start(() -> echo(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void echo(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            byte[] piece = new byte[8192];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                client.getOutputStream().write(piece, 0, count);
                bytes.add(count);
            }
        } catch (IOException e) {
            // reset, or closed by the test
        } finally {
            clients.remove(client);
        }
    }

    /** Ends in mid-test, as a process that is killed. */
    void die() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}

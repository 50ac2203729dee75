package io.leba.kernel.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Answers each line with its name and the line; {@code ping} with {@code pong}; {@code wait…} when it is let go. */
final class LineBackend implements AutoCloseable {
    private final ServerSocket listening;
    private final String name;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    LineBackend(String name) throws IOException {
        this.name = name;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "line-backend-" + name);
        accepting.setDaemon(true);
        accepting.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    void awaitWaiting() throws InterruptedException {
        asked.await();
    }

    boolean isWaiting() {
        return asked.getCount() == 0;
    }

    void letGo() {
        letGo.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                open.add(socket);
                Thread serving = new Thread(() -> serve(socket), "line-connection-" + name);
                serving.setDaemon(true);
                serving.start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("wait")) {
                    asked.countDown();
                    letGo.await();
                }
                String answer = line.equals("ping") ? "pong" : name + " " + line;
                socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // the peer went away
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        letGo();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

package io.leba.distribution;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * HTTP clients that keep their connections and forgive nothing: a request that is not answered with 200 counts as failed, also
 * if the connection was closed before the first byte of an answer. They connect anew when an answer says that it is the last.
 */
final class KeptClients implements AutoCloseable {
    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean isRunning = new AtomicBoolean(true);
    private final AtomicLong answered = new AtomicLong();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    KeptClients(int port, int count, String... paths) {
        this.port = port;
        for (int i = 0; i < count; i++) {
            int first = i;
            Thread thread = new Thread(() -> run(first, paths), "client-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    long answered() {
        return answered.get();
    }

    /** What failed, in words; empty if nothing did. */
    List<String> failures() {
        return failures;
    }

    private void run(int first, String[] paths) {
        int turn = first;
        while (isRunning.get()) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(15_000);
                socket.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                boolean isKept = true;
                while (isKept && isRunning.get()) {
                    String path = paths[turn++ % paths.length];
                    socket.getOutputStream()
                            .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                    isKept = answer(in, path);
                    answered.incrementAndGet();
                    Thread.sleep(1);
                }
            } catch (IOException e) {
                failures.add(e.toString());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Reads an answer; false if it is the connection's last. */
    private static boolean answer(InputStream in, String path) throws IOException {
        String status = line(in);
        int length = 0;
        boolean isKept = true;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            String lower = field.toLowerCase(java.util.Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                isKept = false;
            }
        }
        in.readNBytes(length);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(path + ": " + status);
        }
        return isKept;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed before the answer, after '" + line + "'");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        isRunning.set(false);
        try {
            for (Thread thread : threads) {
                thread.join(20_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.leba.kernel.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends lines and reads lines, on one connection. */
final class LineCaller implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    LineCaller(int port) throws IOException {
        this(new Socket("127.0.0.1", port));
    }

    LineCaller(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The answer; null if the connection was closed instead. */
    String ask(String line) throws IOException {
        send(line);
        return read();
    }

    void send(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends what is no whole line yet. */
    void sendPart(String part) throws IOException {
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(part.getBytes(StandardCharsets.UTF_8));
    }

    String read() throws IOException {
        try {
            return in.readLine();
        } catch (java.net.SocketException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

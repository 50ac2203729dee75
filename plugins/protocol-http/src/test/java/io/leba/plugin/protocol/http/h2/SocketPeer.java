package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A client that speaks HTTP/2 on a socket, on the thread of its test. */
final class SocketPeer implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    final Peer peer = new Peer(Role.CLIENT, Peer.LIMITS);
    private final Socket socket = new Socket();
    private final byte[] buffer = new byte[64 << 10];
    private boolean isEnded;

    SocketPeer(InetSocketAddress to) throws IOException {
        this(to, 0);
    }

    SocketPeer(InetSocketAddress to, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(to);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(5);
        peer.connection.start();
    }

    OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    /** Sends and reads until something is true. */
    void until(BooleanSupplier condition) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "in vain; " + peer.faults);
            turn();
        }
        turn();
    }

    /** Sends and reads once. */
    void turn() throws IOException {
        byte[] out = peer.fetch();
        try {
            if (out.length > 0) {
                socket.getOutputStream().write(out);
            }
            if (!isEnded) {
                int count = socket.getInputStream().read(buffer);
                isEnded = count < 0;
                if (count > 0) {
                    peer.give(Arrays.copyOf(buffer, count));
                }
            }
        } catch (SocketTimeoutException e) {
            // Nothing came.
        } catch (SocketException e) {
            isEnded = true;
        }
    }

    /** Whether the other end has closed the connection. */
    boolean isEnded() {
        return isEnded;
    }

    Peer.Call get(String path, String... fields) throws IOException {
        Peer.Call call = peer.ask("GET", path, true, fields);
        until(() -> call.isEnded || call.fault != null);
        return call;
    }

    @Override
    public void close() throws IOException {
        peer.close();
        socket.close();
    }
}

package io.leba.kernel.admin;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for tests that have to name one before it is bound. The system gives ports above these to whoever asks for any, so that
 * none of these goes to somebody else between this and the bind; other JVMs begin elsewhere.
 */
final class FreePort {
    private static final int FIRST = 10_000;
    private static final int PORTS = 10_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 137 % PORTS));

    private FreePort() {}

    static int next() throws IOException {
        while (true) {
            int port = FIRST + NEXT.getAndIncrement() % PORTS;
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (BindException e) {
                continue; // somebody has it
            }
        }
    }
}

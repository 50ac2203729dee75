package io.leba.testkit.protocol;

import io.leba.testkit.waiting.Patience;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Finds out when a loop has seen what clients did so far. A client is connected before the loop has accepted it, and has sent
 * before the loop has read: a test that turns the clock in between would turn it too early. Connections are accepted in
 * their order, so a connection of its own that has come through proves that those before it have.
 */
final class Doorbell {
    private final Map<Integer, CountDownLatch> rings = new ConcurrentHashMap<>();

    /** Whether an accepted channel is one of the bell's, which is closed then. On the loop. */
    boolean answers(Channel accepted) {
        if (!(accepted.remoteAddress() instanceof InetSocketAddress from)) {
            return false;
        }
        CountDownLatch ring = rings.remove(from.getPort());
        if (ring == null) {
            return false;
        }
        accepted.close();
        ring.countDown();
        return true;
    }

    /**
     * Returns when the loop has accepted the connections made before, and read at least once from each that had sent. Any
     * other thread.
     */
    void ring(InetSocketAddress listener) {
        // The first ring comes through in some turn of the loop; what had arrived by then is read in that turn or, by
        // connections which it accepts, in the next, which is not over before the second ring has come through.
        ringOnce(listener);
        ringOnce(listener);
    }

    private void ringOnce(InetSocketAddress listener) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CountDownLatch ring = new CountDownLatch(1);
            rings.put(socket.getLocalPort(), ring);
            socket.connect(listener, (int) Patience.limit().toMillis());
            if (!ring.await(Patience.limit().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the loop accepted nothing in " + Patience.limit());
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.TimeSource;
import io.leba.spi.protocol.QuicTerms;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QuicListenerTest {
    private static final QuicTerms TERMS =
            new QuicTerms(List.of("h3"), 100, 3, 1 << 16, 1 << 20, Duration.ofSeconds(30), QuicTerms.Validation.BUSY);

    private static InetSocketAddress free() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @Test
    void two_processes_never_share_an_address() throws Exception {
        InetSocketAddress address = free();
        try (EventLoops loops = EventLoops.start(TransportKind.AUTO, 2, TimeSource.SYSTEM);
                EventLoops others = EventLoops.start(TransportKind.AUTO, 2, TimeSource.SYSTEM)) {
            QuicListener first = loops.bindQuic(address, TERMS);
            BindFailure refused = assertThrows(BindFailure.class, () -> others.bindQuic(address, TERMS));
            assertTrue(refused.getMessage().contains("UDP"), refused.getMessage());
            assertTrue(refused.getMessage().contains("already in use"), refused.getMessage());

            first.leave();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> others.bindQuic(address, TERMS).close());
        }
    }

    @Test
    void what_a_bound_address_cannot_change_is_told() throws Exception {
        try (EventLoops loops = EventLoops.start(TransportKind.AUTO, 1, TimeSource.SYSTEM)) {
            QuicListener listener = loops.bindQuic(free(), TERMS);
            assertTrue(listener.follow(new QuicTerms(
                    List.of("h3"), 100, 3, 1 << 16, 1 << 20, Duration.ofSeconds(30), QuicTerms.Validation.ALWAYS)));
            assertFalse(listener.follow(new QuicTerms(
                    List.of("h3"), 99, 3, 1 << 16, 1 << 20, Duration.ofSeconds(30), QuicTerms.Validation.ALWAYS)));
            assertEquals(0, listener.openConnections());
            listener.close();
        }
    }
}

package io.leba.kernel.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.TimeSource;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While memory is short, connections wait in the backlog. */
class PausedListenerTest {
    private static final Acceptor KEEPING = (channel, loop) -> {};

    private final EventLoops loops = EventLoops.start(TransportKind.AUTO, 1, TimeSource.SYSTEM);
    private ByteBuf held;

    @BeforeEach
    void holdMemory() {
        held = loops.loops().get(0).allocator().directBuffer(1 << 20);
    }

    @AfterEach
    void stop() {
        held.release();
        loops.close();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private Listener listener() throws BindFailure {
        return loops.bind(anyPort(), 16, KEEPING);
    }

    private Listener management() throws BindFailure {
        Listener listener = loops.bind(anyPort(), 16);
        listener.acceptor(KEEPING, List.of(loops.asideLoop()));
        return listener;
    }

    private static Socket connect(Listener listener) throws IOException {
        return new Socket(
                listener.localAddress().getAddress(), listener.localAddress().getPort());
    }

    private static void awaitReading(Listener listener, boolean isReading) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> listener.channel().config().isAutoRead() == isReading);
    }

    private static void awaitAccepted(Listener listener, long count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> listener.accepted() == count);
    }

    private void runShort() {
        loops.buffers().budget(1);
        await().atMost(Duration.ofSeconds(30)).until(loops.buffers()::isShort);
    }

    private void relieve() {
        loops.buffers().budget(Long.MAX_VALUE);
    }

    /** An accept was attempted after everything before: another listener of the same accepting loop took one. */
    private void passAnAccept() throws IOException {
        Listener management = management();
        try (Socket client = connect(management)) {
            assertTrue(client.isConnected());
            awaitAccepted(management, 1);
        }
    }

    @Test
    void connections_wait_while_memory_is_short_and_are_accepted_then() throws Exception {
        Listener listener = listener();
        awaitReading(listener, true);
        runShort();
        awaitReading(listener, false);
        try (Socket client = connect(listener)) {
            assertTrue(client.isConnected(), "in the backlog");
            passAnAccept();
            assertEquals(0, listener.accepted());
            relieve();
            awaitAccepted(listener, 1);
        }
    }

    @Test
    void one_that_is_bound_meanwhile_waits_too() throws Exception {
        runShort();
        Listener listener = listener();
        try (Socket client = connect(listener)) {
            assertTrue(client.isConnected(), "in the backlog");
            passAnAccept();
            assertEquals(0, listener.accepted());
            relieve();
            awaitAccepted(listener, 1);
        }
    }

    @Test
    void one_whose_connections_go_to_the_loop_aside_goes_on() throws Exception {
        Listener listener = management();
        runShort();
        try (Socket client = connect(listener)) {
            assertTrue(client.isConnected());
            awaitAccepted(listener, 1);
        }
    }

    @Test
    void one_whose_connections_go_to_the_loop_aside_goes_on_after_accepting_has_failed() throws Exception {
        Listener listener = management();
        runShort();
        listener.channel().pipeline().fireExceptionCaught(new IOException("Too many open files"));
        awaitReading(listener, false);
        awaitReading(listener, true);
        try (Socket client = connect(listener)) {
            assertTrue(client.isConnected());
            awaitAccepted(listener, 1);
        }
    }

    @Test
    void a_pause_that_ends_does_not_end_the_rest_after_accepting_has_failed_nor_the_other_way_round() throws Exception {
        Listener listener = listener();
        awaitReading(listener, true);
        listener.channel().pipeline().fireExceptionCaught(new IOException("Too many open files"));
        awaitReading(listener, false);
        runShort();
        try (Socket client = connect(listener)) {
            assertTrue(client.isConnected(), "in the backlog");
            await().atMost(Duration.ofSeconds(30)).until(() -> !listener.isResting());
            passAnAccept();
            assertEquals(0, listener.accepted());
            relieve();
            awaitAccepted(listener, 1);
        }
    }
}

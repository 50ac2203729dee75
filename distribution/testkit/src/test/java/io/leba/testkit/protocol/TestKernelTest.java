package io.leba.testkit.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.balance.HashKey;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.testkit.origin.Nobody;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TestKernelTest {
    private final TestGroup group = new TestGroup("app", "asking").ask(HashKey.CLIENT_IP);
    private final Asking protocol = new Asking(group);
    private TestKernel kernel;
    private ServerSocket backend;

    @BeforeEach
    void start() throws IOException {
        kernel = new TestKernel(Transport.nio(), "frontend_services[test]");
        kernel.publish(protocol.compile(null));
        backend = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread echo = new Thread(this::echo, "echo");
        echo.setDaemon(true);
        echo.start();
    }

    private void echo() {
        try {
            while (true) {
                Socket socket = backend.accept();
                Thread thread = new Thread(() -> echo(socket), "echo");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // Closed: nothing more to accept.
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            for (int c = socket.getInputStream().read();
                    c >= 0;
                    c = socket.getInputStream().read()) {
                socket.getOutputStream().write(c);
            }
        } catch (IOException e) {
            // The peer went away.
        }
    }

    @AfterEach
    void stop() throws IOException {
        kernel.close();
        backend.close();
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) backend.getLocalSocketAddress();
    }

    private static int ask(Socket client, int question) throws IOException {
        client.setSoTimeout(30_000);
        client.getOutputStream().write(question);
        return client.getInputStream().read();
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    @Test
    void exchanges_go_through_and_are_remembered() throws IOException {
        group.add(address());
        try (Socket client = connect(kernel.listen(protocol, 0))) {
            for (int i = 1; i <= 3; i++) {
                assertEquals(i, ask(client, i));
            }
            kernel.loop().run(() -> {});
            assertEquals(List.of(Outcome.SUCCESS, Outcome.SUCCESS, Outcome.SUCCESS), kernel.exits());
            assertEquals(kernel.exits(), group.outcomes());
            assertEquals(List.of(7L, 7L, 7L), group.hashes());
            assertEquals(1, group.finished().get(0).nanos());
            assertEquals(
                    "127.0.0.1:" + address().getPort(),
                    group.finished().get(0).backend().name());
            assertEquals(0, kernel.open() + group.inFlight());
            assertEquals(3, kernel.entered());
            assertEquals(3, group.picks());
            assertEquals(3, kernel.bytesIn());
            assertEquals(3, kernel.bytesOut());
            assertEquals(1, kernel.loop().pool().connects());
            assertEquals(3, kernel.loop().pool().releases());
            assertEquals(1, kernel.loop().pool().idle());
            assertEquals(1, kernel.loop().pool().open());
            assertEquals(1, kernel.loop().pool().channels().size());
            assertEquals(1, kernel.loop().readBuffersMade());
            assertEquals(0, kernel.unsent());
            assertEquals(1, kernel.clients());
            assertTrue(kernel.clientChannels().get(0).isOpen());
        }
    }

    @Test
    void a_backend_that_refuses_is_told_as_failed() throws IOException {
        try (Nobody nobody = new Nobody()) {
            group.add(nobody.address());
            try (Socket client = connect(kernel.listen(protocol, 0))) {
                assertEquals(-1, ask(client, 1));
            }
        }
        assertEquals(List.of(Outcome.CONNECT_FAILED), group.outcomes());
        assertEquals(List.of(Outcome.UNAVAILABLE), kernel.exits());
        group.clear();
    }

    @Test
    void time_stands_still_until_it_is_turned() throws IOException {
        try (Socket client = connect(kernel.listen(protocol, 0))) {
            client.setSoTimeout(30_000);
            kernel.loop().turn(Duration.ofMillis(999));
            assertEquals(1, kernel.loop().openDeadlines());
            assertEquals(1_000_000_000L, kernel.loop().epochSeconds());
            kernel.loop().turn(Duration.ofMillis(1));
            assertEquals(-1, client.getInputStream().read());
            assertEquals(Duration.ofSeconds(1).toNanos(), kernel.loop().coarseNanos());
            assertEquals(0, kernel.loop().openDeadlines());
        }
    }

    /** Keeps the loop from accepting and reading until the test's next step is under way. */
    private void keepLoopBusy() {
        Thread test = Thread.currentThread();
        kernel.loop().eventLoop().execute(() -> {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (test.getState() == Thread.State.RUNNABLE && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void a_client_that_has_just_connected_is_there_when_the_clock_is_turned() throws IOException {
        InetSocketAddress frontend = kernel.listen(protocol, 0);
        keepLoopBusy();
        try (Socket client = connect(frontend)) {
            client.setSoTimeout(30_000);
            kernel.loop().turn(Duration.ofMillis(1000));
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void what_a_client_has_just_sent_is_read_when_the_clock_is_turned() throws IOException {
        InetSocketAddress frontend = kernel.listen(protocol, 0);
        keepLoopBusy();
        try (Socket client = connect(frontend)) {
            client.getOutputStream().write(1);
            kernel.loop().turn(Duration.ofMillis(999));
            assertEquals(List.of(Outcome.UNAVAILABLE), kernel.exits());
        }
    }

    @Test
    void draining_tells_each_connection() throws IOException {
        try (Socket client = connect(kernel.listen(protocol, 0))) {
            client.setSoTimeout(30_000);
            kernel.drain();
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void connects_can_be_held_and_channels_prepared() throws IOException {
        boolean[] prepared = new boolean[2];
        kernel.secure().forgetting().prepare(channel -> prepared[0] = true);
        kernel.loop().pool().prepare(channel -> prepared[1] = true);
        kernel.loop().pool().holdConnects();
        kernel.loop().readAtMost(1);
        group.add(address()).secure().forgetting().retries(0).connectTimeout(Duration.ofSeconds(1));
        try (Socket client = connect(kernel.listen(protocol, 0))) {
            client.setSoTimeout(30_000);
            client.getOutputStream().write(5);
            kernel.settle();
            assertEquals(1, kernel.loop().pool().connects());
            assertFalse(prepared[1]);
            kernel.loop().pool().goOn();
            assertEquals(5, client.getInputStream().read());
            assertTrue(prepared[0] && prepared[1]);
        }
        assertEquals(List.of(), kernel.exits());
        assertEquals(List.of(), group.finished());
        assertTrue(group.isSecure());
        assertEquals(0, group.connectRetries());
    }

    @Test
    void what_the_kernel_refuses_fails_the_test() throws IOException {
        group.add(address());
        try (Socket client = connect(kernel.listen(protocol, 0))) {
            assertEquals(1, ask(client, 1));
            kernel.loop().run(() -> {});
            Channel channel = kernel.loop().pool().channels().get(0);
            kernel.loop().run(() -> {
                BackendConnection kept = (BackendConnection) channel.pipeline().last();
                assertThrows(AssertionError.class, () -> kernel.loop().pool().release(kept), "twice");
                channel.config().setAutoRead(false);
                assertThrows(AssertionError.class, () -> kernel.loop().pool().release(kept), "not reading");
                Loop.Deadline deadline = kernel.loop().deadline(() -> {});
                deadline.close();
                assertThrows(IllegalStateException.class, () -> deadline.arm(1));
            });
        }
    }
}

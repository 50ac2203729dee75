package io.leba.testkit.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.NodeState.FrontendState;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Detector.Detection;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.node.TcpClient;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.Nobody;
import io.leba.testkit.origin.TcpOrigin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * What every protocol over connections keeps, beside what every extension does. It runs a whole node, so the plugins
 * {@code balancer-round-robin} and {@code discovery-static} must be there too: on the test's class path, or in the LEBA that
 * {@code leba.home} names.
 */
public abstract class ProtocolContract extends ExtensionContract<ProtocolProvider<?>, Protocol> {
    private static final int IN_A_ROW = 5;
    private static final long BETWEEN_BYTES_NANOS = 500_000;
    private final String type;

    /**
     * For the test of a protocol.
     *
     * @param type the word in YAML
     */
    protected ProtocolContract(LebaPlugin plugin, String type) {
        super(ProtocolProvider.class, Protocol.class, plugin, type);
        this.type = type;
    }

    /** Further keys of the frontend, in the notation inside braces: {@code idle_timeout: 1m, max_line: 64}. */
    protected String frontendKeys() {
        return "";
    }

    @Override
    protected final String yaml() {
        return "{" + frontendKeys() + "}";
    }

    /** Plays the backend on one connection until that ends, however many exchanges come. */
    protected abstract void serve(TcpOrigin.Session session) throws IOException;

    /** What a client says in one exchange; a byte a character. */
    protected abstract String request(int number);

    /** Reads what comes back, and checks it. */
    protected abstract void expect(TcpClient client, int number) throws IOException;

    /** The node that the protocol is tried in. */
    protected TestNode.Builder builder() {
        return TestNode.builder();
    }

    @Override
    protected void use(Protocol made, TestScope within) {
        assertNotNull(made.compile(
                new FrontendPlan("front", type, false, List.of(), Optional.empty(), List.of(), List.of())));
    }

    private TestNode node(int port) {
        String more = frontendKeys().isEmpty() ? "" : ", " + frontendKeys();
        return builder().start("""
                event_loops: 2
                shutdown_timeout: 1s
                drain_timeout: 1s
                frontend_services:
                  - {name: front, protocol: %1$s, address: 127.0.0.1, port: 0, default_backend: app%2$s}
                backend_groups:
                  - {name: app, protocol: %1$s}
                backends:
                  - {name: one, address: 127.0.0.1, port: %3$d, protocol: %1$s, group_name: app}
                """.formatted(type, more, port));
    }

    private static BackendState backend(TestNode node) {
        return node.backend("app", "one");
    }

    private static FrontendState front(TestNode node) {
        return node.state().frontends().get(0);
    }

    private static void awaitNothingHeld(TestNode node) {
        node.await("that no connection is open", () -> front(node).connections() == 0);
        node.await(
                "that nothing is in flight on the backend", () -> backend(node).inFlight() == 0);
    }

    @Test
    void carriesExchangesOneAfterAnother() throws IOException {
        try (TcpOrigin origin = TcpOrigin.playing(this::serve);
                TestNode node = node(origin.port())) {
            try (TcpClient client = node.connect()) {
                for (int i = 1; i <= IN_A_ROW; i++) {
                    client.send(request(i));
                    expect(client, i);
                }
            }
            awaitNothingHeld(node);
            assertTrue(front(node).exchanges() >= 1, "exchanges are counted with enter and exit");
            assertEquals(0, backend(node).failures(), "all went well, and failures were counted");
        }
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        try (TcpOrigin origin = TcpOrigin.playing(this::serve);
                TestNode node = node(origin.port());
                TcpClient client = node.connect()) {
            for (int i = 1; i <= IN_A_ROW; i++) {
                for (char one : request(i).toCharArray()) {
                    client.send(String.valueOf(one));
                    LockSupport.parkNanos(BETWEEN_BYTES_NANOS); // without it they are read together
                }
                expect(client, i);
            }
        }
    }

    @Test
    void manyClientsAtOnceGetTheirOwnAnswers() throws Exception {
        try (TcpOrigin origin = TcpOrigin.playing(this::serve);
                TestNode node = node(origin.port())) {
            java.util.concurrent.atomic.AtomicReference<Throwable> failure =
                    new java.util.concurrent.atomic.AtomicReference<>();
            List<Thread> threads = new java.util.ArrayList<>();
            for (int client = 0; client < 8; client++) {
                int first = client * 100;
                threads.add(new Thread(() -> {
                    try (TcpClient connected = node.connect()) {
                        for (int i = first; i < first + IN_A_ROW; i++) {
                            connected.send(request(i));
                            expect(connected, i);
                        }
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            if (failure.get() != null) {
                throw new AssertionError("an exchange failed", failure.get());
            }
            awaitNothingHeld(node);
        }
    }

    @Test
    void aBackendThatRefusesIsCountedAndHoldsNoClient() throws IOException {
        try (Nobody nobody = new Nobody();
                TestNode node = node(nobody.port())) {
            try (TcpClient client = node.connect()) {
                client.send(request(1));
                node.await("that the failure is counted", () -> backend(node).failures() > 0);
            }
            awaitNothingHeld(node);
        }
    }

    @Test
    void aBackendThatDiesInMidExchangeIsCountedAndHoldsNoClient() throws IOException {
        try (TcpOrigin origin = TcpOrigin.playing(session -> {
                    session.read();
                    session.reset();
                });
                TestNode node = node(origin.port())) {
            try (TcpClient client = node.connect()) {
                client.send(request(1));
                node.await(
                        "that nothing is in flight on the backend",
                        () -> backend(node).exchanges() > 0 && backend(node).inFlight() == 0);
                assertTrue(backend(node).failures() > 0, "the backend's fault was not counted");
            }
            awaitNothingHeld(node);
        }
    }

    @Test
    void aClientThatGoesAwayInMidExchangeLeavesNothingBehind() throws IOException {
        try (TcpOrigin origin = TcpOrigin.playing(TcpOrigin.Session::awaitEnd);
                TestNode node = node(origin.port())) {
            TcpClient client = node.connect();
            client.send(request(1));
            node.await("that the backend is asked", () -> backend(node).inFlight() == 1);
            client.reset();

            awaitNothingHeld(node);
            assertEquals(0, backend(node).failures(), "a client that goes away is not the backend's fault");
        }
    }

    @Test
    void aClientThatSaysNothingCostsNoFailure() throws IOException {
        try (TcpOrigin origin = TcpOrigin.playing(this::serve);
                TestNode node = node(origin.port())) {
            node.connect().close();

            awaitNothingHeld(node);
            assertEquals(0, backend(node).failures());
        }
    }

    @Test
    void connectionsEndWhenTheNodeStops() throws IOException {
        try (TcpOrigin origin = TcpOrigin.playing(this::serve)) {
            TestNode node = node(origin.port());
            try (TcpClient client = node.connect()) {
                client.send(request(1));
                expect(client, 1);
                node.close();

                client.awaitClose();
            } finally {
                node.close();
            }
        }
    }

    @Test
    void theDetectorOnlyLooksAndNeverThrows() {
        Detector detector = provider().detector();
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(64)];
            random.nextBytes(bytes);
            ByteBuf buffer = Unpooled.wrappedBuffer(bytes);

            assertNotNull(detector.detect(buffer));
            assertEquals(0, buffer.readerIndex(), "it moved the reader index");
            assertEquals(1, buffer.refCnt(), "it released what is the kernel's");
        }
    }

    @Test
    void theDetectorIsNotFooledByARequestThatComesInPieces() {
        Detector detector = provider().detector();
        byte[] request = request(1).getBytes(StandardCharsets.ISO_8859_1);
        Detection whole = detector.detect(Unpooled.wrappedBuffer(request));
        for (int length = 1; length < request.length; length++) {
            Detection part = detector.detect(Unpooled.wrappedBuffer(request, 0, length));
            if (whole == Detection.YES) {
                assertNotEquals(Detection.NO, part, "the first " + length + " bytes of its own request");
            } else if (whole == Detection.NO) {
                assertNotEquals(Detection.YES, part, "the first " + length + " bytes of what is not its own");
            }
        }
    }
}

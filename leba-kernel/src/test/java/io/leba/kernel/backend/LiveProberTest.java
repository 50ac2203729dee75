package io.leba.kernel.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.ControlThread;
import io.leba.kernel.thread.TurnedQueue;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.TransportKind;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.kernel.transport.tls.ClientTlsSettings;
import io.leba.spi.Background.Cancellable;
import io.leba.spi.TimeSource;
import io.leba.spi.balance.Backend;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.Conversation;
import io.leba.spi.health.Conversation.Step;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveProberTest {
    private final EventLoops loops = EventLoops.start(TransportKind.AUTO, 1, TimeSource.SYSTEM);
    private final ControlThread control = ControlThread.start();
    private final BackgroundPool background = new BackgroundPool();
    private final BlockingQueue<ProbeResult> results = new LinkedBlockingQueue<>();
    private final LiveProber prober =
            new LiveProber(loops.asideLoop(), loops.dialer(), background.scope("test"), control);
    private ServerSocket server;

    private record FixedBackend(InetSocketAddress address) implements Backend {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public String group() {
            return "app";
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public int inFlight() {
            return 0;
        }
    }

    @BeforeEach
    void serve() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        loops.close();
        control.close();
        background.close();
        server.close();
    }

    private Cancellable probe(HealthCheck check, Duration timeout) {
        Backend backend = new FixedBackend((InetSocketAddress) server.getLocalSocketAddress());
        return prober.probe(check, new Target(backend, timeout), Optional.empty(), results::add);
    }

    private ProbeResult result() throws InterruptedException {
        return results.poll(30, TimeUnit.SECONDS);
    }

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Says PING and wants PONG and a newline, in pieces of any size. */
    private static final class PingPong implements Conversation {
        private final StringBuilder heard = new StringBuilder();

        @Override
        public Step opened() {
            return Step.send(ByteBuffer.wrap("PING\n".getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public Step received(ByteBuffer bytes) {
            heard.append(StandardCharsets.US_ASCII.decode(bytes));
            if (heard.indexOf("\n") < 0) {
                return Step.await();
            }
            return Step.done(
                    heard.toString().equals("PONG\n")
                            ? ProbeResult.up()
                            : ProbeResult.down("said " + heard.toString().trim()));
        }

        @Override
        public ProbeResult closed() {
            return ProbeResult.down("closed after " + heard.length() + " bytes");
        }
    }

    private static final ConversationCheck PING = target -> new PingPong();

    @Test
    void movesBytesUntilThereIsAVerdictAndCloses() throws Exception {
        probe(PING, PATIENCE);
        try (Socket socket = server.accept()) {
            assertEquals("PING\n", new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
            socket.getOutputStream().write("PO".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.getOutputStream().write("NG\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(ProbeResult.up(), result());
            socket.setSoTimeout(30_000);
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void garbageIsTheChecksToJudge() throws Exception {
        probe(PING, PATIENCE);
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write("what?\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(ProbeResult.down("said what?"), result());
        }
    }

    @Test
    void aBackendThatClosesEarlyIsTheChecksToJudge() throws Exception {
        probe(PING, PATIENCE);
        server.accept().close();
        ProbeResult result = result();

        assertFalse(result.isUp());
    }

    @Test
    void aCheckThatOnlyConnectsIsDoneAtOnce() throws Exception {
        ConversationCheck connects = target -> new Conversation() {
            @Override
            public Step opened() {
                return Step.done(ProbeResult.up());
            }

            @Override
            public Step received(ByteBuffer bytes) {
                throw new IllegalStateException("after the verdict");
            }

            @Override
            public ProbeResult closed() {
                throw new IllegalStateException("after the verdict");
            }
        };
        probe(connects, PATIENCE);

        assertEquals(ProbeResult.up(), result());
        server.accept().close();
    }

    @Test
    void nobodyThereIsDownWithTheSystemsReason() throws Exception {
        ProbeResult result;
        try (Socket held = new Socket()) { // bound and not listened at: refused, and nobody else's
            held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Backend backend = new FixedBackend((InetSocketAddress) held.getLocalSocketAddress());
            prober.probe(PING, new Target(backend, PATIENCE), Optional.empty(), results::add);
            result = result();
        }

        assertFalse(result.isUp());
        assertTrue(result.reason().toLowerCase(java.util.Locale.ROOT).contains("refused"), result.reason());
    }

    @Test
    void silenceIsDownWhenTheTimeIsUp() throws Exception {
        long from = System.nanoTime();
        probe(PING, Duration.ofSeconds(2));
        try (Socket socket = server.accept()) {
            assertEquals(ProbeResult.down("no answer within 2000 ms"), result());
            assertTrue(System.nanoTime() - from >= 2_000_000_000L);
            socket.setSoTimeout(30_000);
            assertEquals(5, socket.getInputStream().readNBytes(100).length);
        }
    }

    @Test
    void aCheckThatThrowsIsDown() throws Exception {
        ConversationCheck throwing = target -> {
            throw new IllegalStateException("thrown on purpose");
        };
        probe(throwing, PATIENCE);
        assertEquals(ProbeResult.down("thrown on purpose"), result());
        server.accept().close();

        ConversationCheck later = target -> new Conversation() {
            @Override
            public Step opened() {
                throw new IllegalArgumentException();
            }

            @Override
            public Step received(ByteBuffer bytes) {
                return Step.await();
            }

            @Override
            public ProbeResult closed() {
                return ProbeResult.down("closed");
            }
        };
        probe(later, PATIENCE);
        assertEquals(ProbeResult.down("IllegalArgumentException"), result());
    }

    @Test
    void aProbeThatWasCalledOffSaysNothingAndCloses() throws Exception {
        Cancellable probe = probe(PING, PATIENCE);
        try (Socket socket = server.accept()) {
            socket.getInputStream().readNBytes(5);
            probe.close();
            socket.setSoTimeout(30_000);
            assertEquals(-1, socket.getInputStream().read());
        }
        probe(PING, PATIENCE).close();
        loops.close();
        assertEquals(Optional.empty(), Optional.ofNullable(results.poll()));
    }

    @Test
    void aSecureBackendIsProbedInTls() throws Exception {
        ClientTls tls =
                ClientTls.of("group test", ClientTlsSettings.DEFAULT, List.of(loops.asideLoop()), Optional.empty());
        Backend backend = new FixedBackend((InetSocketAddress) server.getLocalSocketAddress());
        prober.probe(PING, new Target(backend, Duration.ofSeconds(3)), Optional.of(tls), results::add);
        try (tls;
                Socket socket = server.accept()) {
            assertEquals(22, socket.getInputStream().read(), "a TLS handshake record");
            assertFalse(result().isUp());
            socket.getInputStream().readAllBytes(); // to the end, which comes with the handshake's timeout
        }
    }

    @Test
    void aCheckSaysWhatIsOfferedInTls() throws Exception {
        ConversationCheck check = new ConversationCheck() {
            @Override
            public List<String> applicationProtocols() {
                return List.of("h2");
            }

            @Override
            public Conversation begin(Target target) {
                throw new AssertionError("no handshake, no conversation");
            }
        };
        ClientTls tls =
                ClientTls.of("group test", ClientTlsSettings.DEFAULT, List.of(loops.asideLoop()), Optional.empty());
        Backend backend = new FixedBackend((InetSocketAddress) server.getLocalSocketAddress());
        prober.probe(check, new Target(backend, Duration.ofMillis(300), true), Optional.of(tls), results::add);
        try (tls;
                Socket socket = server.accept()) {
            String hello = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(hello.contains("\0\3\2h2"), "a list of protocols with h2 alone");
        }
        assertFalse(result().isUp());
    }

    @Test
    void aBlockingCheckRunsInTheBackground() throws Exception {
        BackgroundCheck check = target ->
                ProbeResult.down(Thread.currentThread().getName().startsWith("leba-background-") ? "right" : "wrong");
        probe(check, PATIENCE);
        assertEquals(ProbeResult.down("right"), result());

        probe(
                (BackgroundCheck) target -> {
                    throw new IOException("thrown on purpose");
                },
                PATIENCE);
        assertEquals(ProbeResult.down("thrown on purpose"), result());
    }

    @Test
    void aBlockingCheckIsInterruptedWhenTheTimeIsUpOrItIsCalledOff() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        BackgroundCheck check = target -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return ProbeResult.up();
        };
        TurnedQueue turned = new TurnedQueue();
        Backend backend = new FixedBackend((InetSocketAddress) server.getLocalSocketAddress());
        new LiveProber(loops.asideLoop(), loops.dialer(), background.scope("turned"), turned)
                .probe(check, new Target(backend, Duration.ofMillis(50)), Optional.empty(), results::add);
        Cancellable calledOff = probe(check, PATIENCE);
        assertTrue(started.await(30, TimeUnit.SECONDS));
        turned.advance(Duration.ofMillis(50));
        assertEquals(ProbeResult.down("no answer within 50 ms"), result());
        calledOff.close();

        assertTrue(interrupted.await(30, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), Optional.ofNullable(results.poll(50, TimeUnit.MILLISECONDS)));
    }
}

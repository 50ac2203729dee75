package io.leba.plugin.protocol.tcp;

import static io.leba.plugin.protocol.tcp.Endpoints.connect;
import static io.leba.plugin.protocol.tcp.Endpoints.read;
import static io.leba.plugin.protocol.tcp.Endpoints.readAll;
import static io.leba.plugin.protocol.tcp.Endpoints.reset;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.tcp.TcpConfig.Splice;
import io.leba.spi.Provider;
import io.leba.spi.balance.Hash64;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.CompletedExchange;
import io.leba.testkit.origin.Nobody;
import io.leba.testkit.protocol.TestGroup;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a session finds its backend, and what is told of it afterwards. */
class TcpSessionTest {
    private static final byte[] HELLO = {1, 2, 3};

    private final List<Nobody> nobodies = new ArrayList<>();
    private Relay relay;
    private Endpoints.Accepting backend;

    @BeforeEach
    void start() throws Exception {
        relay = new Relay(
                Relay.Channels.NIO,
                new TcpConfig(Duration.ofMinutes(10), Optional.empty(), Splice.AUTO, Duration.ofSeconds(3)));
        backend = new Endpoints.Accepting();
    }

    @AfterEach
    void stop() throws Exception {
        relay.close();
        backend.close();
        for (Nobody nobody : nobodies) {
            nobody.close();
        }
    }

    @Test
    void aBackendThatRefusesIsFollowedByTheNextAndNoByteIsLost() throws Exception {
        relay.with(refusing()).with(refusing()).with(backend.address());
        try (Socket client = connect(relay.listen())) {
            client.getOutputStream().write(HELLO);
            try (Socket served = backend.accept()) {
                assertArrayEquals(HELLO, read(served, HELLO.length));
            }
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(
                List.of(Outcome.CONNECT_FAILED, Outcome.CONNECT_FAILED, Outcome.SUCCESS),
                relay.group.finished().stream().map(TestGroup.Finished::outcome).toList());
        assertEquals(-1, relay.group.finished().get(0).nanos());
    }

    @Test
    void noMoreBackendsAreTriedThanTheGroupAllows() throws Exception {
        relay.group.retries(1);
        relay.with(refusing()).with(refusing()).with(backend.address());
        assertReset();
        assertEquals(2, relay.group.finished().size());
        assertEquals(List.of(Outcome.CONNECT_FAILED), relay.kernel.exits());
    }

    @Test
    void aClientIsResetWhenEveryBackendRefuses() throws Exception {
        List<String> told = listen();
        relay.with(refusing()).with(refusing());
        assertReset();
        assertEquals(List.of(Outcome.CONNECT_FAILED), relay.kernel.exits());
        assertTrue(told.get(0).contains("outcome=CONNECT_FAILED reason=connect_failed attempts=2"), told.get(0));
        assertTrue(told.get(0).contains("backend=127.0.0.1:"), told.get(0));
    }

    @Test
    void aClientIsResetWhenNoBackendIsAvailableOrThereIsNoGroup() throws Exception {
        List<String> told = listen();
        InetSocketAddress address = assertReset();
        relay.loseGroup();
        assertReset(address);
        assertEquals(List.of(Outcome.UNAVAILABLE, Outcome.UNAVAILABLE), relay.kernel.exits());
        assertTrue(told.get(0).contains("reason=no_backend"), told.get(0));
        assertTrue(told.get(1).contains("reason=no_group"), told.get(1));
        assertEquals(List.of(), relay.group.finished());
    }

    @Test
    void aBackendThatDoesNotAnswerTimesOutAndTheNextIsTaken() throws Exception {
        relay.group.connectTimeout(Duration.ofMillis(200));
        try (Silent silent = new Silent()) {
            relay.with(silent.address()).with(backend.address());
            try (Socket client = connect(relay.listen());
                    Socket served = backend.accept()) {
                client.getOutputStream().write(HELLO);
                assertArrayEquals(HELLO, read(served, HELLO.length));
            }
        }
    }

    @Test
    void aClientThatTimesOutOnTheOnlyBackendIsToldSo() throws Exception {
        List<String> told = listen();
        relay.group.connectTimeout(Duration.ofMillis(200));
        relay.group.retries(0);
        try (Silent silent = new Silent()) {
            relay.with(silent.address());
            assertReset();
        }
        assertTrue(told.get(0).contains("reason=connect_timeout"), told.get(0));
    }

    @Test
    void aClientThatIsClosedDuringTheConnectGivesItsPickBackOnce() throws Exception {
        relay.group.connectTimeout(Duration.ofMillis(500));
        try (Silent silent = new Silent()) {
            relay.with(silent.address());
            Socket client = connect(relay.listen());
            await().until(() -> relay.group.picks() == 1);
            relay.clients.get(0).close().sync();
            reset(client);
            await().until(() -> relay.kernel.exits().size() == 1);
            assertEquals(List.of(Outcome.CLIENT_ABORTED), relay.kernel.exits());
            await().until(() -> relay.connections.stream().noneMatch(Channel::isOpen));
            assertEquals(1, relay.group.finished().size());
        }
    }

    @Test
    void listenersAreToldEverythingOnceAndOneThatThrowsHindersNobody() throws Exception {
        relay.listener(exchange -> {
            throw new IllegalStateException("a bad listener");
        });
        List<String> told = listen();
        relay.with(backend.address());
        InetSocketAddress client = exchange(relay.listen());
        await().until(() -> told.size() == 1);
        String line = told.get(0);
        assertTrue(line.startsWith("loop=0 protocol=tcp frontend=relay route= group=echo backend=127.0.0.1:"), line);
        assertTrue(line.contains(" client=" + client + " "), line);
        assertTrue(line.contains(" in=3 out=2 outcome=SUCCESS reason= attempts=1 times=true connect_us="), line);
    }

    @Test
    void balancingByClientGoesByItsAddressAndNothingElseIsKnown() throws Exception {
        relay.with(backend.address());
        exchange(relay.listen());
        assertEquals(List.of(Hash64.of(InetAddress.getLoopbackAddress().getAddress()), 0L), relay.group.hashes());
        assertNotEquals(0, relay.group.hashes().get(0));
    }

    @Test
    void thePluginProvidesTcpAndTheSameInTls() {
        List<Provider<?, ?>> providers = new TcpPlugin().providers();
        assertEquals(1, providers.size());
        TcpProvider provider = (TcpProvider) providers.get(0);
        assertEquals("tcp", provider.type());
        assertEquals("tls", provider.secureType());
        assertSame(TcpConfig.class, provider.configType());
        assertSame(TcpRoute.class, provider.routeType());
        assertSame(Detector.NEVER, provider.detector());
    }

    private List<String> listen() {
        List<String> told = new CopyOnWriteArrayList<>();
        relay.listener(exchange -> told.add(describe(exchange)));
        return told;
    }

    private static String describe(CompletedExchange exchange) {
        StringBuilder line = new StringBuilder();
        boolean areTimesRight = exchange.durationNanos() >= exchange.firstByteNanos()
                && exchange.firstByteNanos() >= -1
                && exchange.startMillis() > 0;
        line.append("loop=").append(exchange.loop());
        line.append(" protocol=").append(exchange.protocol());
        line.append(" frontend=").append(exchange.frontend());
        line.append(" route=").append(exchange.route());
        line.append(" group=").append(exchange.group());
        line.append(" backend=")
                .append(exchange.backend() == null ? "" : exchange.backend().name());
        line.append(" client=").append(exchange.client());
        line.append(" in=").append(exchange.bytesIn());
        line.append(" out=").append(exchange.bytesOut());
        line.append(" outcome=").append(exchange.outcome());
        line.append(" reason=").append(exchange.reason());
        line.append(" attempts=").append(exchange.attempts());
        line.append(" times=").append(areTimesRight);
        exchange.attributes(new CompletedExchange.AttributeVisitor() {
            @Override
            public void text(String name, CharSequence value) {
                throw new AssertionError("not known: " + name);
            }

            @Override
            public void number(String name, long value) {
                line.append(' ').append(name).append('=').append(value);
            }
        });
        return line.toString();
    }

    private InetSocketAddress exchange(InetSocketAddress address) throws Exception {
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            client.getOutputStream().write(HELLO);
            assertArrayEquals(HELLO, read(served, HELLO.length));
            served.getOutputStream().write(HELLO, 0, 2);
            served.shutdownOutput();
            assertArrayEquals(new byte[] {1, 2}, readAll(client));
            client.shutdownOutput();
            assertEquals(-1, served.getInputStream().read());
            return (InetSocketAddress) client.getLocalSocketAddress();
        }
    }

    private InetSocketAddress assertReset() throws Exception {
        InetSocketAddress address = relay.listen();
        assertReset(address);
        return address;
    }

    private void assertReset(InetSocketAddress address) throws Exception {
        int before = relay.kernel.exits().size();
        try (Socket client = connect(address)) {
            SocketException reset = assertThrows(
                    SocketException.class, () -> client.getInputStream().read());
            assertEquals("Connection reset", reset.getMessage());
        }
        await().until(() -> relay.kernel.exits().size() == before + 1);
        assertNull(relay.kernel.exits().stream()
                .filter(Outcome.SUCCESS::equals)
                .findAny()
                .orElse(null));
    }

    private InetSocketAddress refusing() throws IOException {
        Nobody nobody = new Nobody();
        nobodies.add(nobody);
        return nobody.address();
    }

    /** A listening socket whose queue is full, so that the system drops further attempts. */
    private static final class Silent implements AutoCloseable {
        private final ServerSocket listener;
        private final List<SocketChannel> filling = new ArrayList<>();

        Silent() throws Exception {
            listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            for (int i = 0; i < 4; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(address());
                filling.add(channel);
            }
            await().until(() -> {
                int connected = 0;
                for (SocketChannel channel : filling) {
                    connected += channel.finishConnect() ? 1 : 0;
                }
                return connected >= 2;
            });
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : filling) {
                channel.close();
            }
            listener.close();
        }
    }
}

package io.leba.plugin.protocol.tcp;

import static io.leba.plugin.protocol.tcp.Endpoints.async;
import static io.leba.plugin.protocol.tcp.Endpoints.connect;
import static io.leba.plugin.protocol.tcp.Endpoints.random;
import static io.leba.plugin.protocol.tcp.Endpoints.read;
import static io.leba.plugin.protocol.tcp.Endpoints.readAll;
import static io.leba.plugin.protocol.tcp.Endpoints.reset;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.tcp.TcpConfig.Splice;
import io.leba.spi.protocol.Outcome;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How bytes, ends and resets get through, the same on every way that a relay can move bytes. */
@ParameterizedClass
@EnumSource
class RelayTest {
    /** A way to move bytes. */
    enum Way {
        NIO(Relay.Channels.NIO, Splice.NEVER),
        EPOLL(Relay.Channels.EPOLL, Splice.NEVER),
        SPLICE(Relay.Channels.EPOLL, Splice.AUTO);

        private final Relay.Channels transport;
        private final Splice splice;

        Way(Relay.Channels transport, Splice splice) {
            this.transport = transport;
            this.splice = splice;
        }
    }

    private final Way way;
    private Relay relay;
    private Endpoints.Accepting backend;
    private InetSocketAddress address;

    RelayTest(Way way) {
        this.way = way;
    }

    @BeforeEach
    void start() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(way.transport == Relay.Channels.NIO || Epoll.isAvailable());
        relay = new Relay(
                way.transport,
                new TcpConfig(
                        Duration.ofMinutes(10), Optional.of(Duration.ofHours(8)), way.splice, Duration.ofSeconds(3)));
        backend = new Endpoints.Accepting();
        relay.with(backend.address());
        address = relay.listen();
    }

    @AfterEach
    void stop() throws Exception {
        relay.close();
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1000, 4096, 65536})
    void everyByteArrivesOnceAndInOrderWhateverTheSizeOfAFragment(int fragment) throws Exception {
        relay.kernel.loop().readAtMost(fragment);
        byte[] request = random(Math.min(fragment * 3001, 1 << 20));
        byte[] response = random(Math.min(fragment * 2003, 1 << 20) + 1);
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            CompletableFuture<byte[]> received = async(() -> read(served, request.length));
            CompletableFuture<byte[]> answered = async(() -> read(client, response.length));
            CompletableFuture<Boolean> sent = async(() -> write(served.getOutputStream(), response, fragment));
            write(client.getOutputStream(), request, fragment);
            assertArrayEquals(request, received.get());
            assertArrayEquals(response, answered.get());
            assertTrue(sent.get());
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(request.length, relay.kernel.bytesIn());
        assertEquals(response.length, relay.kernel.bytesOut());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1 << 20, 8 << 20})
    void aClientMayEndItsSideAndStillReadTheAnswer(int size) throws Exception {
        byte[] request = random(size);
        byte[] response = random(size + 77);
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            CompletableFuture<Boolean> sent = async(() -> {
                client.getOutputStream().write(request);
                client.shutdownOutput();
                return true;
            });
            assertArrayEquals(request, readAll(served));
            assertTrue(sent.get());
            CompletableFuture<byte[]> answered = async(() -> readAll(client));
            served.getOutputStream().write(response);
            served.shutdownOutput();
            assertArrayEquals(response, answered.get());
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(List.of(Outcome.SUCCESS), relay.kernel.exits());
        assertEquals(Outcome.SUCCESS, relay.group.finished().get(0).outcome());
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 1 << 20, 8 << 20})
    void aBackendMaySpeakFirstAndEndItsSideAndStillRead(int size) throws Exception {
        byte[] greeting = random(size);
        byte[] request = random(size + 33);
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            CompletableFuture<Boolean> sent = async(() -> {
                served.getOutputStream().write(greeting);
                served.shutdownOutput();
                return true;
            });
            assertArrayEquals(greeting, readAll(client));
            assertTrue(sent.get());
            CompletableFuture<byte[]> received = async(() -> readAll(served));
            client.getOutputStream().write(request);
            client.shutdownOutput();
            assertArrayEquals(request, received.get());
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(List.of(Outcome.SUCCESS), relay.kernel.exits());
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1 << 20})
    void aResetOfTheClientReachesTheBackend(int before) throws Exception {
        Socket client = connect(address);
        try (Socket served = backend.accept()) {
            exchange(client, served, before);
            reset(client);
            assertThrows(SocketException.class, () -> readAll(served));
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(List.of(Outcome.CLIENT_ABORTED), relay.kernel.exits());
        assertEquals(Outcome.CLIENT_ABORTED, relay.group.finished().get(0).outcome());
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1 << 20})
    void aResetOfTheBackendReachesTheClient(int before) throws Exception {
        try (Socket client = connect(address)) {
            Socket served = backend.accept();
            exchange(client, served, before);
            reset(served);
            assertThrows(SocketException.class, () -> readAll(client));
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(List.of(Outcome.BACKEND_RESET), relay.kernel.exits());
        assertEquals(Outcome.BACKEND_RESET, relay.group.finished().get(0).outcome());
        assertAllClosed();
    }

    @Test
    void aResetInTheMidstOfBulkIsNeverTakenForAnEnd() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (Socket client = connect(address)) {
                Socket served = backend.accept();
                exchange(client, served, 100_000);
                served.getOutputStream().write(new byte[200_000]);
                reset(served);
                assertThrows(SocketException.class, () -> readAll(client), "connection " + i);
            }
        }
        await().until(() -> relay.kernel.exits().size() == 100);
        assertEquals(Set.of(Outcome.BACKEND_RESET), Set.copyOf(relay.kernel.exits()));
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatStallsHoldsBackTheWriterAndTheProcessHoldsLittle(boolean clientStalls) throws Exception {
        byte[] bulk = random(48 << 20);
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            Socket writer = clientStalls ? served : client;
            Socket reader = clientStalls ? client : served;
            CompletableFuture<Boolean> sent = async(() -> write(writer.getOutputStream(), bulk, 1 << 20));
            long stalledAt = awaitStall(clientStalls);
            assertTrue(stalledAt < bulk.length, "everything was taken: " + stalledAt);
            assertTrue(pendingBytes() <= 256 * 1024, "pending in the process: " + pendingBytes());
            assertArrayEquals(bulk, read(reader, bulk.length));
            assertTrue(sent.get());
            client.getOutputStream().write(7);
            assertEquals(7, served.getInputStream().read());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEndBehindBytesThatWaitForASlowReaderDoesNotOvertakeThem(boolean clientIsSlow) throws Exception {
        byte[] bulk = random(24 << 20);
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            Socket writer = clientIsSlow ? served : client;
            Socket reader = clientIsSlow ? client : served;
            CompletableFuture<Boolean> sent = async(() -> {
                writer.getOutputStream().write(bulk);
                writer.shutdownOutput();
                return true;
            });
            awaitStall(clientIsSlow);
            // The other direction ends while this one is stuck.
            reader.shutdownOutput();
            assertArrayEquals(bulk, readAll(reader));
            assertTrue(sent.get());
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(List.of(Outcome.SUCCESS), relay.kernel.exits());
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1 << 20})
    void anIdleConnectionIsClosedAndABusyOneIsNot(int size) throws Exception {
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            exchange(client, served, size);
            relay.kernel.loop().turn(Duration.ofMinutes(9));
            exchange(client, served, size);
            relay.kernel.loop().turn(Duration.ofMinutes(9));
            exchange(client, served, 1);
            assertEquals(0, relay.kernel.exits().size());
            relay.kernel.loop().turn(Duration.ofMinutes(10));
            assertEquals(-1, client.getInputStream().read());
            assertEquals(-1, served.getInputStream().read());
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(List.of(Outcome.SUCCESS), relay.kernel.exits());
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1 << 20})
    void aConnectionIsClosedWhenItsWholeTimeIsUp(int size) throws Exception {
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            for (int minutes = 5; minutes < 8 * 60; minutes += 5) {
                exchange(client, served, minutes % 60 == 0 ? size : 10);
                relay.kernel.loop().turn(Duration.ofMinutes(5));
            }
            assertEquals(0, relay.kernel.exits().size());
            relay.kernel.loop().turn(Duration.ofMinutes(5));
            assertEquals(-1, client.getInputStream().read());
            assertEquals(-1, served.getInputStream().read());
        }
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1 << 20})
    void aKernelThatStopsClosesBothSides(int size) throws Exception {
        try (Socket client = connect(address);
                Socket served = backend.accept()) {
            exchange(client, served, size);
            relay.kernel.drain();
            exchange(client, served, size);
            relay.clients.get(0).close();
            assertEquals(-1, client.getInputStream().read());
            assertEquals(-1, served.getInputStream().read());
        }
        await().until(() -> relay.kernel.exits().size() == 1);
        assertEquals(List.of(Outcome.SUCCESS), relay.kernel.exits());
        assertAllClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20})
    void manyConnectionsAtOnceDoNotMixTheirBytes(int size) throws Exception {
        CompletableFuture<?>[] all = new CompletableFuture<?>[16];
        for (int i = 0; i < all.length; i++) {
            int number = i;
            Socket client = connect(address);
            Socket served = backend.accept();
            all[i] = async(() -> {
                try (client;
                        served) {
                    for (int round = 0; round < 4; round++) {
                        exchange(client, served, size + number);
                    }
                }
                return true;
            });
        }
        CompletableFuture.allOf(all).get();
        await().until(() -> relay.kernel.exits().size() == all.length);
        assertAllClosed();
        assertEquals(way == Way.SPLICE, relayed("splice") > relay.kernel.bytesOut() / 2);
    }

    /** Sends bytes both ways and checks what arrives. */
    private static void exchange(Socket client, Socket served, int size) throws Exception {
        byte[] request = random(Math.min(size, 2000));
        byte[] response = random(size);
        client.getOutputStream().write(request);
        assertArrayEquals(request, read(served, request.length));
        CompletableFuture<Boolean> sent = async(() -> write(served.getOutputStream(), response, 1 << 16));
        assertArrayEquals(response, read(client, response.length));
        assertTrue(sent.get());
    }

    private static boolean write(OutputStream out, byte[] bytes, int fragment) throws IOException {
        for (int at = 0; at < bytes.length; at += fragment) {
            out.write(bytes, at, Math.min(fragment, bytes.length - at));
        }
        return true;
    }

    /** Waits until nothing moves any more in one direction; what had moved by then. */
    private long awaitStall(boolean towardsClient) {
        long[] last = {-1, 0};
        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            long now = towardsClient ? relay.kernel.bytesOut() : relay.kernel.bytesIn();
            last[1] = now > 0 && now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] >= 4;
        });
        return last[0];
    }

    private long pendingBytes() throws Exception {
        return relay.kernel.loop().ask(() -> {
            long pending = 0;
            for (List<Channel> channels : List.of(relay.clients, relay.connections)) {
                for (Channel channel : channels) {
                    pending += channel.unsafe().outboundBuffer().totalPendingWriteBytes();
                }
            }
            return pending;
        });
    }

    private long relayed(String by) {
        return relay.kernel.scope().measured().count("leba_tcp_relayed_bytes", "way", by);
    }

    private void assertAllClosed() {
        await().until(() -> relay.clients.stream().noneMatch(Channel::isOpen)
                && relay.connections.stream().noneMatch(Channel::isOpen));
        await().until(() -> relay.kernel.loop().openDeadlines() == 0);
        assertEquals(relay.kernel.entered(), relay.kernel.exits().size());
        assertEquals(relay.group.picks(), relay.group.finished().size());
        assertEquals(relay.kernel.bytesIn() + relay.kernel.bytesOut(), relayed("copy") + relayed("splice"));
        assertTrue(way == Way.SPLICE || relayed("splice") == 0);
    }
}

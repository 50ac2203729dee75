package io.leba.kernel.backend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.ControlThread;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyVersion;
import io.leba.kernel.transport.TransportKind;
import io.leba.spi.TimeSource;
import io.leba.spi.balance.Backend;
import io.leba.spi.control.BackendChange;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.ConnectionPool.OnConnect;
import io.leba.spi.protocol.ConnectionPool.Opener;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Loop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopPoolTest {
    private final EventLoops loops = EventLoops.start(TransportKind.AUTO, 1, TimeSource.SYSTEM);
    private final KernelLoop loop = loops.loops().get(0);
    private final ControlThread control = ControlThread.start();
    private final BackgroundPool background = new BackgroundPool();
    private final MeterHub hub = new MeterHub(1);
    private final BackendRegistry registry = new BackendRegistry(loops, control, background, hub);
    private final Opener<Connection> opener = (channel, backend, on) -> new Connection(channel, backend);
    private final List<Socket> accepted = new ArrayList<>();
    private ServerSocket server;
    private GroupRuntime group;
    private Backend backend;

    private record Connection(Channel channel, Backend backend) implements BackendConnection {}

    @BeforeEach
    void serve() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        group = control.call(() -> registry.group("app", "tcp"));
        configure(PoolSettings.DEFAULT);
        control.call(() -> group.members(List.of(BackendSpec.of("127.0.0.1", server.getLocalPort()))));
        backend = group.members().backend(0);
    }

    @AfterEach
    void stop() throws Exception {
        control.call(() -> {
            registry.close();
            return null;
        });
        loops.close();
        control.close();
        background.close();
        for (Socket socket : accepted) {
            socket.close();
        }
        server.close();
    }

    private void configure(PoolSettings pool) throws Exception {
        control.call(() -> {
            group.prepare(new GroupSettings(
                            "first",
                            set -> context -> 0,
                            Optional.empty(),
                            HealthSchedule.DEFAULT,
                            pool,
                            Duration.ofSeconds(5),
                            0,
                            Optional.empty()))
                    .commit();
            return null;
        });
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private CompletableFuture<Connection> connecting(Opener<Connection> by) {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        loop.execute(() -> loop.pool().connect(group, backend, by, new OnConnect<Connection>() {
            @Override
            public void connected(Connection connection) {
                result.complete(connection);
            }

            @Override
            public void failed(Throwable cause, boolean isTimeout) {
                result.completeExceptionally(cause);
            }
        }));
        return result;
    }

    private Connection connect(Opener<Connection> by) throws Exception {
        CompletableFuture<Connection> result = connecting(by);
        accepted.add(server.accept());
        return result.get(30, TimeUnit.SECONDS);
    }

    private void release(Connection connection) throws Exception {
        onLoop(() -> {
            loop.pool().release(connection);
            return null;
        });
    }

    private Connection poll(Opener<Connection> by) throws Exception {
        return onLoop(() -> loop.pool().poll(backend, by));
    }

    private long idle() {
        return group.state().backends().get(0).idleConnections();
    }

    private void say(BackendChange change) throws Exception {
        control.call(() -> {
            registry.operators()
                    .change(registry.operators().find("app", backend.name()).orElseThrow(), change);
            return null;
        });
        registry.loopsPassed().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aDrainedBackendsIdleConnectionsStayAndADisabledOnesAreClosed() throws Exception {
        Connection idle = connect(opener);
        Connection used = connect(opener);
        release(idle);
        say(new BackendChange.Drain());
        assertEquals(1, idle());
        assertTrue(idle.channel().isActive());

        say(new BackendChange.Disable());
        assertEquals(0, idle());
        await().until(() -> !idle.channel().isActive());
        assertTrue(used.channel().isActive(), "what is under way goes on");
        release(used);
        assertEquals(0, idle());
        await().until(() -> !used.channel().isActive());

        say(new BackendChange.Ready());
        Connection later = connect(opener);
        release(later);
        assertEquals(1, idle());
        assertSame(later, poll(opener));
    }

    /** A client connection, of which nothing but its ends and its end is asked. */
    private record Client(Channel channel, InetSocketAddress clientAddress, Loop loop) implements ClientConnection {
        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress("127.0.0.1", 80);
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public FrontendView enter() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isDraining() {
            return false;
        }

        @Override
        public void onDrain(Runnable action) {}
    }

    private ConnectionPool of(Client client) throws Exception {
        return onLoop(() -> ClientPool.of(loop, client));
    }

    private Connection connect(ConnectionPool pool, String header) throws Exception {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        loop.execute(() -> pool.connect(group, backend, opener, new OnConnect<Connection>() {
            @Override
            public void connected(Connection connection) {
                result.complete(connection);
            }

            @Override
            public void failed(Throwable cause, boolean isTimeout) {
                result.completeExceptionally(cause);
            }
        }));
        Socket socket = server.accept();
        accepted.add(socket);
        assertEquals(header, new String(socket.getInputStream().readNBytes(header.length()), "US-ASCII"));
        return result.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionThatIsForOneClientIsUsedByNoOther() throws Exception {
        introduce(Optional.of(ProxyVersion.V1));
        EmbeddedChannel channel = new EmbeddedChannel();
        Client mine = new Client(channel, new InetSocketAddress("10.0.0.1", 1), loop);
        Client other = new Client(new EmbeddedChannel(), new InetSocketAddress("10.0.0.1", 2), loop);
        ConnectionPool pool = of(mine);
        ConnectionPool others = of(other);
        Connection one = connect(pool, "PROXY TCP4 10.0.0.1 127.0.0.1 1 80\r\n");
        Connection nobodys = connect(loop.pool(), "PROXY UNKNOWN\r\n");
        release(one);
        release(nobodys);
        assertEquals(2, idle());

        assertNull(onLoop(() -> others.poll(backend, opener)));
        assertSame(nobodys, poll(opener));
        assertSame(one, onLoop(() -> pool.poll(backend, opener)));
        release(one);

        introduce(Optional.of(ProxyVersion.V2));
        assertNull(onLoop(() -> pool.poll(backend, opener)), "it began otherwise than is wanted now");
        introduce(Optional.empty());
        assertNull(onLoop(() -> pool.poll(backend, opener)));
        Connection plain = connect(pool, "");
        release(plain);
        assertSame(plain, onLoop(() -> others.poll(backend, opener)), "everybody's");

        introduce(Optional.of(ProxyVersion.V1));
        assertSame(one, onLoop(() -> pool.poll(backend, opener)));
        release(one);
        onLoop(channel::close);
        await().until(() -> !one.channel().isActive());
        assertEquals(0, idle());
    }

    @Test
    void aClientsOwnConnectionsGoWithTheirBackendAndTheirOpener() throws Exception {
        introduce(Optional.of(ProxyVersion.V1));
        Client mine = new Client(new EmbeddedChannel(), new InetSocketAddress("10.0.0.1", 1), loop);
        ConnectionPool pool = of(mine);
        Connection one = connect(pool, "PROXY TCP4 ");
        release(one);
        say(new BackendChange.Disable());
        await().until(() -> !one.channel().isActive());
        say(new BackendChange.Ready());

        Connection two = connect(pool, "PROXY TCP4 ");
        release(two);
        registry.closeOpeners(type -> true).toCompletableFuture().get(30, TimeUnit.SECONDS);
        await().until(() -> !two.channel().isActive());
        assertNull(onLoop(() -> pool.poll(backend, opener)));

        Connection three = connect(pool, "PROXY TCP4 ");
        release(three);
        control.call(() -> group.members(List.of()));
        await().until(() -> !three.channel().isActive());
    }

    private void introduce(Optional<ProxyVersion> version) throws Exception {
        control.call(() -> {
            group.prepare(new GroupSettings(
                            "",
                            "first",
                            set -> context -> 0,
                            BalancerFailures.uncounted(),
                            Optional.empty(),
                            HealthSchedule.DEFAULT,
                            PoolSettings.DEFAULT,
                            Duration.ofSeconds(5),
                            0,
                            Optional.empty(),
                            version))
                    .commit();
            return null;
        });
    }

    @Test
    void theLastGivenBackIsTheFirstTaken() throws Exception {
        Connection one = connect(opener);
        Connection two = connect(opener);
        assertNull(poll(opener));
        release(one);
        release(two);
        assertEquals(2, idle());

        assertSame(two, poll(opener));
        assertSame(one, poll(opener));
        assertNull(poll(opener));
        assertEquals(0, idle());
    }

    @Test
    void connectionsOfOneOpenerAreNotGivenToAnother() throws Exception {
        Opener<Connection> other = (channel, to, on) -> new Connection(channel, to);
        Connection mine = connect(opener);
        Connection theirs = connect(other);
        release(mine);
        release(theirs);

        assertSame(theirs, poll(other));
        assertNull(poll(other));
        assertSame(mine, poll(opener));
    }

    @Test
    void aConnectionThatTheBackendClosedLeavesThePool() throws Exception {
        Connection one = connect(opener);
        Connection two = connect(opener);
        release(one);
        release(two);
        accepted.get(0).close();
        await().until(() -> idle() == 1);

        assertSame(two, poll(opener));
        assertNull(poll(opener));
    }

    @Test
    void noMoreThanTheMostAreKeptAndTheOldestGo() throws Exception {
        configure(new PoolSettings(2, Duration.ofMinutes(1)));
        List<Connection> connections = List.of(connect(opener), connect(opener), connect(opener));
        for (Connection connection : connections) {
            release(connection);
        }

        assertEquals(2, idle());
        await().until(() -> !connections.get(0).channel().isOpen());
        assertSame(connections.get(2), poll(opener));
        assertSame(connections.get(1), poll(opener));
    }

    @Test
    void nothingIsKeptWhereNothingMayBe() throws Exception {
        configure(new PoolSettings(0, Duration.ofMinutes(1)));
        Connection connection = connect(opener);
        release(connection);

        await().until(() -> !connection.channel().isOpen());
        assertEquals(0, idle());
    }

    @Test
    void aSmallerMostAppliesToWhatIsKeptAlready() throws Exception {
        for (Connection connection : List.of(connect(opener), connect(opener), connect(opener))) {
            release(connection);
        }
        configure(new PoolSettings(1, Duration.ofMinutes(1)));

        await().until(() -> idle() == 1);
    }

    @Test
    void whatIsIdleTooLongIsClosed() throws Exception {
        Connection old = connect(opener);
        release(old);
        configure(new PoolSettings(10, Duration.ofMillis(1)));

        await().until(() -> !old.channel().isOpen());
        assertEquals(0, idle());
        assertEquals(-1, accepted.get(0).getInputStream().read());
    }

    @Test
    void aConnectionThatDoesNotReadIsRefused() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        hub.attach(meters);
        Connection connection = connect(opener);
        onLoop(() -> connection.channel().config().setAutoRead(false));
        release(connection);

        await().until(() -> !connection.channel().isOpen());
        assertNull(poll(opener));
        assertEquals(1, meters.get("leba_pool_misuses").functionCounter().count());
    }

    @Test
    void aConnectionWithUnsentBytesIsRefused() throws Exception {
        Connection connection = connect(opener);
        onLoop(() -> {
            connection.channel().write(connection.channel().alloc().buffer().writeZero(10));
            loop.pool().release(connection);
            return null;
        });

        await().until(() -> !connection.channel().isOpen());
        assertNull(poll(opener));
    }

    @Test
    void givingBackTwiceOrWhatIsForeignIsAnError() throws Exception {
        Connection connection = connect(opener);
        release(connection);
        assertThrows(IllegalStateException.class, () -> release(connection));
        assertEquals(1, idle());

        EmbeddedChannel foreign = new EmbeddedChannel();
        assertThrows(IllegalArgumentException.class, () -> release(new Connection(foreign, backend)));
        foreign.close();
    }

    @Test
    void aClosedConnectionIsTakenBackSilently() throws Exception {
        Connection connection = connect(opener);
        onLoop(() -> connection.channel().close()).sync();
        release(connection);

        assertEquals(0, idle());
    }

    @Test
    void connectionsToABackendThatLeftAreClosed() throws Exception {
        Connection idle = connect(opener);
        Connection used = connect(opener);
        release(idle);
        control.call(() -> group.members(List.of()));

        await().until(() -> !idle.channel().isOpen());
        assertTrue(used.channel().isOpen(), "what is in use is finished");
        release(used);
        await().until(() -> !used.channel().isOpen());
        Connection late = connect(opener);
        release(late);
        await().until(() -> !late.channel().isOpen());
        assertNull(poll(opener));
    }

    @Test
    void connectionsOfARetiredOpenerAreClosed() throws Exception {
        Opener<Connection> other = new OtherOpener();
        Connection idle = connect(other);
        Connection used = connect(other);
        Connection kept = connect(opener);
        release(idle);
        release(kept);
        CompletableFuture<Connection> under = connecting(other);
        registry.closeOpeners(type -> type == OtherOpener.class)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);

        await().until(() -> !idle.channel().isOpen());
        assertTrue(used.channel().isOpen());
        release(used);
        await().until(() -> !used.channel().isOpen());
        accepted.add(server.accept());
        Connection late = under.get(30, TimeUnit.SECONDS);
        release(late);
        assertNull(poll(other));
        assertSame(kept, poll(opener));
        assertEquals(0, idle());
    }

    private static final class OtherOpener implements Opener<Connection> {
        @Override
        public Connection open(Channel channel, Backend backend, Loop loop) {
            return new Connection(channel, backend);
        }
    }

    @Test
    void openersAreToldApartByTheLayerOfTheirModule() throws Exception {
        Connection connection = connect(opener);
        release(connection);
        ModuleLayer another = ModuleLayer.empty();
        registry.closeOpenersOf(another).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(1, idle());

        registry.closeOpenersOf(getClass().getModule().getLayer())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertEquals(0, idle());
    }

    @Test
    void aRefusedConnectionIsToldAndCounted() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        hub.attach(meters);
        server.close();
        CompletableFuture<Connection> connecting = connecting(opener);

        ExecutionException e = assertThrows(ExecutionException.class, () -> connecting.get(30, TimeUnit.SECONDS));
        assertInstanceOf(IOException.class, e.getCause());
        assertEquals(
                1, meters.get("leba_backend_connect_failures").functionCounter().count());
        assertEquals(0, meters.get("leba_backend_connects").functionCounter().count());
    }

    @Test
    void anOpenerThatThrowsMakesTheConnectFail() throws Exception {
        CompletableFuture<Connection> connecting = connecting((channel, to, on) -> {
            throw new IllegalStateException("thrown on purpose");
        });
        accepted.add(server.accept());

        ExecutionException e = assertThrows(ExecutionException.class, () -> connecting.get(30, TimeUnit.SECONDS));
        assertEquals("thrown on purpose", e.getCause().getMessage());
        assertEquals(-1, accepted.get(0).getInputStream().read());
    }

    @Test
    void theMostIsSharedByTheLoops() {
        PoolSettings settings = new PoolSettings(10, Duration.ofSeconds(1));

        assertEquals(10, settings.maxIdleOnLoop(1));
        assertEquals(3, settings.maxIdleOnLoop(4));
        assertEquals(1, settings.maxIdleOnLoop(64));
        assertEquals(0, new PoolSettings(0, Duration.ZERO).maxIdleOnLoop(4));
        assertThrows(IllegalArgumentException.class, () -> new PoolSettings(-1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new PoolSettings(1, Duration.ofSeconds(-1)));
    }

    @Test
    void aGroupIsMadeOnceAndSpeaksOneProtocol() throws Exception {
        assertSame(group, control.call(() -> registry.group("app", "tcp")));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> control.call(() -> registry.group("app", "http")));
        assertEquals("group app speaks tcp, it cannot speak http as well", e.getMessage());
        assertThrows(IllegalStateException.class, () -> registry.group("app", "tcp"));
        assertEquals(List.of(group), control.call(registry::groups));
        assertEquals("app", control.call(registry::state).get(0).name());
        control.call(() -> {
            registry.retire(group);
            registry.retire(group);
            return null;
        });
        assertEquals(List.of(), control.call(registry::groups));
    }

    @Test
    void namesAreLookedUpApartFromTheControlThread() throws Exception {
        CompletableFuture<Void> known = control.call(() -> group.members(
                        List.of(BackendSpec.of("127.1", server.getLocalPort()), BackendSpec.of("nowhere.invalid", 1))))
                .toCompletableFuture();
        known.get(30, TimeUnit.SECONDS);

        assertFalse(group.members().backend(0).address().isUnresolved());
        assertEquals(
                "host name nowhere.invalid cannot be looked up: unknown host",
                group.state().backends().get(1).reason());
        assertNotNull(group.members().backend(0).address().getAddress());
    }
}

package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.NodeState;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which a node stops. */
class ShutdownTest {
    @TempDir
    private Path folder;

    private LineBackend one;
    private Node node;

    @BeforeEach
    void install() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        one = new LineBackend("one");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        one.close();
    }

    private int start(String more) throws IOException {
        Path config = Files.writeString(folder.resolve("config.yaml"), """
                event_loops: 2
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(one.port()) + more);
        node = Node.start(new NodeOptions(
                config,
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of()));
        return port("front");
    }

    private int port(String frontend) {
        NodeState.FrontendState found = node.state().frontends().stream()
                .filter(one -> one.name().equals(frontend))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(found.address().substring(found.address().lastIndexOf(':') + 1));
    }

    private CompletableFuture<Long> closing() {
        long from = System.nanoTime();
        return CompletableFuture.supplyAsync(() -> {
            node.close();
            return (System.nanoTime() - from) / 1_000_000;
        });
    }

    @Test
    void readinessTurnsFirstAndConnectionsAreTakenUntilTheDelayHasPassed() throws Exception {
        int port = start("shutdown_delay: 3s\nshutdown_timeout: 60s\n");
        CompletableFuture<Long> closing = closing();
        await().until(() -> !node.state().ready());
        try (LineCaller caller = new LineCaller(port)) {
            assertEquals("one hi", caller.ask("hi"), "it is not ready, but it serves");
        }
        long millis = closing.get(30, TimeUnit.SECONDS);
        assertTrue(millis >= 3_000, millis + " ms");
        assertThrows(ConnectException.class, () -> new LineCaller(port));
    }

    @Test
    void aNodeThatNeverServedDoesNotWait() throws Exception {
        assertThrows(
                io.leba.kernel.config.ConfigException.class,
                () -> start("shutdown_delay: 10m\ndesk: {closed: true}\n"));
        start("shutdown_delay: 10ms\n");
    }

    @Test
    void aSecondCloseWaitsForTheFirst() throws Exception {
        int port = start("shutdown_timeout: 60s\n");
        try (LineCaller busy = new LineCaller(port)) {
            busy.send("wait");
            one.awaitWaiting();
            CompletableFuture<Long> first = closing();
            await().until(() -> !node.state().ready());
            CompletableFuture<Long> second = closing();
            assertThrows(java.util.concurrent.TimeoutException.class, () -> second.get(300, TimeUnit.MILLISECONDS));
            assertFalse(first.isDone());
            one.letGo();
            assertEquals("one wait", busy.read());
            second.get(30, TimeUnit.SECONDS);
            first.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aRequestThatIsOnItsWayWhenTheNodeStopsIsAnswered() throws Exception {
        int port = start("shutdown_timeout: 60s\n");
        try (LineCaller caller = new LineCaller(port)) {
            caller.ask("hi");
            CompletableFuture<Long> closing = closing();
            // Those that are there stay for a second.
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> takesNobody(port));
            assertEquals("one late", caller.ask("late"), "it was sent when nobody was accepted any more");
            assertNull(caller.read(), "it was the last one");
            assertTrue(closing.get(50, TimeUnit.SECONDS) < 30_000);
        }
    }

    /** Refused, or not heard: for a moment before the socket closes, who asks hears nothing. */
    private static boolean takesNobody(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 100);
            return false;
        } catch (ConnectException | SocketTimeoutException e) {
            return true;
        }
    }

    @Test
    void anIdleConnectionAndOneThatNeverSaidAnythingDoNotDelayAStop() throws Exception {
        start("shutdown_timeout: 60s\nfrontend_address: \"127.0.0.1:0\"\n");
        try (LineCaller idle = new LineCaller(port("front"));
                LineCaller silent = new LineCaller(port("frontend_address"))) {
            idle.ask("hi");
            await().until(() -> node.state().frontends().stream()
                            .mapToLong(NodeState.FrontendState::connections)
                            .sum()
                    == 2);
            long millis = closing().get(50, TimeUnit.SECONDS);
            assertTrue(millis < 30_000, millis + " ms");
            assertNull(idle.read());
            assertNull(silent.read());
        }
    }

    @Test
    void withoutATimeoutEverythingIsClosedAtOnce() throws Exception {
        int port = start("shutdown_timeout: 0s\n");
        try (LineCaller busy = new LineCaller(port)) {
            busy.send("wait");
            one.awaitWaiting();
            assertTrue(closing().get(50, TimeUnit.SECONDS) < 25_000);
            assertNull(busy.read());
        }
    }
}

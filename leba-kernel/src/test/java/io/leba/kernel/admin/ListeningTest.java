package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.config.ConfigException;
import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What generations do with listening sockets: those of frontends, of services, and addresses that overlap. */
class ListeningTest {
    @TempDir
    private Path folder;

    private LineBackend backend;
    private Node node;
    private int port;

    @BeforeEach
    void start() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        backend = new LineBackend("one");
        port = FreePort.next();
    }

    @AfterEach
    void stop() throws IOException {
        if (node != null) {
            node.close();
        }
        backend.close();
    }

    private void serve(String... more) throws IOException {
        NodeOptions options = new NodeOptions(
                write(more),
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of());
        node = Node.start(options);
    }

    private Path write(String... more) throws IOException {
        String text = """
                event_loops: 2
                shutdown_timeout: 5s
                drain_timeout: 2s
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(backend.port());
        return Files.writeString(folder.resolve("config.yaml"), text + String.join("\n", more) + "\n");
    }

    private void reload(String... more) throws IOException {
        write(more);
        long before = node.state().generation();
        node.reload();
        assertEquals(before + 1, node.state().generation());
    }

    private static String frontends(String... frontends) {
        return "frontend_services:\n  - " + String.join("\n  - ", frontends);
    }

    private String front(String address) {
        return "{name: front, protocol: line, address: \"%s\", port: %d}".formatted(address, port);
    }

    private List<String> problems(String... more) {
        ConfigException thrown = assertThrows(ConfigException.class, () -> serve(more));
        return thrown.problems().stream()
                .map(problem -> problem.toString().replace(folder.toString(), ""))
                .toList();
    }

    private String text(String path) throws Exception {
        AdminEndpoint page = node.endpoints().stream()
                .filter(one -> one.path().equals(path))
                .findFirst()
                .orElseThrow();
        return new String(
                page.get(new AdminEndpoint.Request(Map.of(), Map.of())).body(), StandardCharsets.UTF_8);
    }

    private LineCaller call(String address) throws IOException {
        return new LineCaller(new Socket(address, port));
    }

    @Test
    void aServiceIsReachedApartFromTheTraffic() throws Exception {
        serve("bell: {port: " + port + "}");
        try (LineCaller caller = call("127.0.0.1")) {
            assertEquals("ding leba-aside-0", caller.ask("ring"));
            assertEquals("ding " + port + " 1", text("/bell"));
        }
    }

    @Test
    void aServiceIsToldThePortThatTheSystemChose() throws Exception {
        serve("bell: {port: 0}");
        port = Integer.parseInt(text("/bell").split(" ")[1]);
        try (LineCaller caller = call("127.0.0.1")) {
            assertEquals("ding leba-aside-0", caller.ask("ring"));
        }
    }

    @Test
    void aServiceIsReplacedOnItsPortAndEndsItsOwnConnections() throws Exception {
        serve("bell: {port: " + port + "}");
        AtomicInteger answered = new AtomicInteger();
        try (LineCaller held = call("127.0.0.1")) {
            assertEquals("ding leba-aside-0", held.ask("ring"));
            Calls calls = new Calls(port, answered);
            for (String word : List.of("dong", "dang", "dung")) {
                int before = answered.get();
                reload("bell: {word: %s, port: %d}".formatted(word, port));
                await().until(() -> answered.get() > before + 20);
                assertTrue(text("/bell").startsWith(word));
            }
            calls.stop();
            assertEquals("ding leba-aside-0", held.ask("ring"), "the one that was replaced serves its connections");
            assertEquals("ding leba-aside-0", held.ask("end"));
            assertNull(held.read());
            await().until(() -> node.endpoints().stream()
                            .filter(one -> one.path().equals("/bell"))
                            .count()
                    == 1);
        }
    }

    @Test
    void aServiceWhoseConnectionsDoNotEndIsClosedAtTheDeadline() throws Exception {
        serve("bell: {port: " + port + "}");
        try (LineCaller held = call("127.0.0.1")) {
            assertEquals("ding leba-aside-0", held.ask("ring"));
            reload();
            await().untilAsserted(() ->
                    assertThrows(IOException.class, () -> call("127.0.0.1").close()));
            assertEquals("ding leba-aside-0", held.ask("ring"));
            assertNull(held.read());
            await().until(() ->
                    node.endpoints().stream().noneMatch(one -> one.path().equals("/bell")));
        }
    }

    @Test
    void aServiceIsReachedWhileTheNodeStops() throws Exception {
        serve(frontends("{name: front, protocol: line, address: 127.0.0.1, port: 0}"), "bell: {port: " + port + "}");
        String address = node.state().frontends().get(0).address();
        int frontPort = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        LineCaller held = new LineCaller(frontPort);
        assertEquals("one hi", held.ask("hi"));
        Thread stopping = new Thread(node::close);
        try {
            held.send("wait");
            backend.awaitWaiting();
            stopping.start();
            await().until(() -> !node.state().ready());
            try (LineCaller caller = call("127.0.0.1")) {
                assertEquals("ding leba-aside-0", caller.ask("ring"));
            }
        } finally {
            backend.letGo();
            stopping.join();
            held.close();
        }
        assertThrows(IOException.class, () -> call("127.0.0.1").close());
    }

    @Test
    void anAddressInUseIsRefusedWhereItIsWritten() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            List<String> problems = problems("bell: {port: " + taken.getLocalPort() + "}");
            assertEquals(1, problems.size());
            assertTrue(
                    problems.get(0)
                            .startsWith("/config.yaml:6:1 bell: cannot listen on 127.0.0.1:" + port
                                    + ": the address is already in use; "),
                    problems.toString());
        }
    }

    @Test
    void aServiceAndAFrontendCannotHaveTheSameAddress() {
        List<String> problems = problems(frontends(front("localhost")), "bell: {port: " + port + "}");
        assertEquals(
                List.of("/config.yaml:8:1 bell: listens on the same address as 'front'; choose another port"),
                problems);
    }

    @Test
    void frontendsOnOverlappingAddressesAreRefused() {
        List<String> problems = problems(
                frontends(front("127.0.0.1"), "{name: all, protocol: line, address: \"*\", port: " + port + "}"));
        assertEquals(
                List.of("/config.yaml:8:5 frontend_services[all]: listens on an address that overlaps with that of"
                        + " 'front': one of them takes the port on all addresses; choose another port"),
                problems);
    }

    private List<String> invalid(String... more) throws IOException {
        Path file = write(more);
        ConfigException thrown = assertThrows(
                ConfigException.class,
                () -> Validation.validate(
                        file, folder.resolve("plugins"), Files.createTempDirectory(folder, "work"), Map.of()));
        return thrown.problems().stream()
                .map(problem -> problem.toString().replace(folder.toString(), ""))
                .toList();
    }

    @Test
    void addressesThatCollideAreFoundWithoutTakingThem() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            String other = "{name: other, protocol: line, address: \"%s\", port: " + taken.getLocalPort() + "}";
            String same = "/config.yaml:8:5 frontend_services[other]: listens on the same address as 'front'; choose"
                    + " another port";
            assertEquals(List.of(same), invalid(frontends(front("localhost"), other.formatted("127.0.0.1"))));
            assertEquals(List.of(same), invalid(frontends(front("0.0.0.0"), other.formatted("*"))));
            assertEquals(
                    List.of("/config.yaml:8:5 frontend_services[other]: listens on an address that overlaps with that"
                            + " of 'front': one of them takes the port on all addresses; choose another port"),
                    invalid(frontends(front("*"), other.formatted("127.0.0.1"))));
            assertEquals(
                    List.of("/config.yaml:8:1 bell: listens on the same address as 'front'; choose another port"),
                    invalid(frontends(front("localhost")), "bell: {port: " + port + "}"));
            List<String> unknown = invalid(frontends(front("no-such-host.invalid")));
            assertEquals(
                    List.of("/config.yaml:7:5 frontend_services[front]: cannot listen on no-such-host.invalid:" + port
                            + ": the host name is unknown; write an IP address of this host"),
                    unknown);
        }
    }

    @Test
    void anAddressBesideTheSameOneOfARunningFrontendNamesThatFrontend() throws IOException {
        serve(frontends(front("*")));
        String text = Files.readString(
                write(frontends(front("*"), "{name: other, protocol: line, address: 127.0.0.1, port: " + port + "}")));
        String expected = "frontend_services[other]: listens on an address that overlaps with that of 'front'";
        Refused reload = assertThrows(Refused.class, node::reload);
        assertTrue(reload.getMessage().contains(expected), reload::getMessage);
        Refused plan = assertThrows(Refused.class, () -> node.plan(Optional.of(text)));
        assertTrue(plan.getMessage().contains(expected), plan::getMessage);
        try (LineCaller caller = call("127.0.0.1")) {
            assertEquals("one hi", caller.ask("hi"));
        }
    }

    @Test
    void anAddressWrittenInAnotherWayIsTheSameSocket() throws IOException {
        serve(frontends(front("localhost")));
        try (LineCaller held = call("127.0.0.1")) {
            assertEquals("one hi", held.ask("hi"));
            reload(frontends(front("127.0.0.1")));
            assertEquals("one hi", held.ask("hi"));
        }
    }

    @Test
    void addressesWidenAndNarrowWithoutARefusedConnection() throws Exception {
        serve(frontends(front("127.0.0.1")));
        AtomicInteger answered = new AtomicInteger();
        Calls calls = new Calls(port, answered);
        for (String address : List.of("*", "127.0.0.1", "::", "127.0.0.1", "0.0.0.0")) {
            int before = answered.get();
            write(frontends(front(address)));
            node.reload(); // which changes nothing where one word for all addresses follows another
            await().until(() -> answered.get() > before + 20);
        }
        calls.stop();
        try (LineCaller other = call("127.0.0.2")) {
            assertEquals("one hi", other.ask("hi"));
        }
    }

    @Test
    void anAddressThatIsNoLongerAskedForIsLeftSoon() throws Exception {
        serve(frontends(front("*")));
        call("127.0.0.2").close();
        reload(frontends(front("127.0.0.1")));
        await().untilAsserted(() ->
                assertThrows(IOException.class, () -> call("127.0.0.2").close()));
        call("127.0.0.1").close();
    }

    @Test
    void aFrontendsAddressBecomesAServicesAndBack() throws Exception {
        serve(frontends(front("127.0.0.1")));
        reload("bell: {port: " + port + "}");
        try (LineCaller caller = call("127.0.0.1")) {
            assertEquals("ding leba-aside-0", caller.ask("ring"));
        }
        reload(frontends(front("127.0.0.1")));
        try (LineCaller caller = call("127.0.0.1")) {
            assertEquals("one hi", caller.ask("hi"));
        }
    }

    /** A connection after the other; the first that is refused or gets no answer ends them. */
    private static final class Calls {
        private final Thread thread;
        private volatile boolean stopped;
        private volatile Exception failure;

        Calls(int port, AtomicInteger answered) {
            thread = new Thread(() -> {
                while (!stopped && failure == null) {
                    try (LineCaller caller = new LineCaller(new Socket("127.0.0.1", port))) {
                        if (caller.ask("end") == null) {
                            throw new IOException("no answer");
                        }
                        answered.incrementAndGet();
                    } catch (IOException e) {
                        failure = e;
                    }
                }
            });
            thread.start();
        }

        void stop() throws Exception {
            stopped = true;
            thread.join();
            if (failure != null) {
                throw failure;
            }
        }
    }
}

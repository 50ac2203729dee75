package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reload leaves alone what it does not change: sockets, connections, instances, counters, health, cursors. */
class UnchangedTest {
    private static final String APP = "backend_groups[app].algorithm";
    private static final String OTHER = "backend_groups[other].algorithm";
    private static final String FRONT = "frontend_services[front]";
    private static final String SIDE = "frontend_services[side]";

    @TempDir
    private Path folder;

    private LineBackend one;
    private LineBackend two;
    private ToyNode toy;
    private String base;
    private LineCaller front;
    private LineCaller side;

    @BeforeEach
    void start() throws IOException {
        one = new LineBackend("one");
        two = new LineBackend("two");
        toy = new ToyNode(folder, Map.of());
        base = """
                event_loops: 2
                shutdown_timeout: 5s
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0, default_backend: app}
                  - {name: side, protocol: line, address: 127.0.0.1, port: 0, default_backend: other}
                backend_groups:
                  - name: app
                    algorithm: {type: round-robin, start: 0}
                    health_check: {type: pong, interval: 1s, timeout: 900ms, rise: 1, fall: 1}
                  - name: other
                    algorithm: {type: round-robin, start: 0}
                backends:
                  - {name: a, address: 127.0.0.1, port: %1$d, protocol: line, group_name: app}
                  - {name: b, address: 127.0.0.1, port: %2$d, protocol: line, group_name: app}
                  - {name: dead, address: 127.0.0.1, port: 1, protocol: line, group_name: app}
                  - {name: c, address: 127.0.0.1, port: %1$d, protocol: line, group_name: other}
                  - {name: d, address: 127.0.0.1, port: %2$d, protocol: line, group_name: other}
                routing_rules:
                  - {name: r, prefix: never, target_backend: app, frontends: [front]}
                """.formatted(one.port(), two.port());
        toy.serve(base);
        front = toy.call("front");
        side = toy.call("side");
        await().until(() -> backend("app", "dead").health().equals("down"));
        for (int i = 0; i < 3; i++) {
            front.ask("hi");
            side.ask("hi");
        }
    }

    @AfterEach
    void stop() throws IOException {
        front.close();
        side.close();
        toy.close();
        one.close();
        two.close();
    }

    private NodeState.BackendState backend(String group, String name) {
        return toy.group(group).backends().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What must be the same before and after; without what is told to differ. */
    private Map<String, String> seen(String... differing) {
        Map<String, String> seen = new TreeMap<>();
        for (String place : new String[] {APP, OTHER, FRONT, SIDE}) {
            seen.put(place, toy.instance(place));
        }
        for (NodeState.FrontendState frontend : toy.node().state().frontends()) {
            seen.put(
                    "frontend " + frontend.name(),
                    frontend.address() + " " + frontend.connections() + " " + frontend.exchanges());
        }
        for (String group : new String[] {"app", "other"}) {
            for (NodeState.BackendState backend : toy.group(group).backends()) {
                seen.put(
                        "backend " + group + "/" + backend.name(),
                        backend.health() + " " + backend.reason() + " " + backend.exchanges() + " "
                                + backend.inFlight());
            }
        }
        for (String name : differing) {
            seen.remove(name);
        }
        return seen;
    }

    /** Reloads and looks at once, and then that both connections go on where they were. */
    private void assertUndisturbed(String text, String... differing) throws IOException {
        Map<String, String> before = seen(differing);
        toy.reload(text);
        assertEquals(before, seen(differing));
        boolean isFrontNext = java.util.Arrays.asList(differing).contains(APP);
        if (!isFrontNext) {
            String last = front.ask("hi");
            assertNotEquals(last, front.ask("hi"), "it takes turns");
        } else {
            assertTrue(front.ask("hi").endsWith(" hi"));
        }
        assertEquals("two hi", side.ask("hi"), "the cursor stands where it stood");
    }

    @Test
    void editing_one_rule_leaves_everything_alone() throws IOException {
        assertUndisturbed(base.replace("prefix: never", "prefix: rarely"));
    }

    @Test
    void adding_a_backend_leaves_everything_else_alone() throws IOException {
        assertUndisturbed(
                base.replace(
                        "routing_rules:",
                        "  - {name: e, address: 127.0.0.1, port: 1, protocol: line, group_name: app}\nrouting_rules:"),
                "backend app/e");
    }

    @Test
    void changing_an_algorithm_replaces_that_algorithm_alone_and_keeps_health_counters_and_what_is_in_flight()
            throws Exception {
        try (LineCaller waiting = toy.call("front")) {
            waiting.send("wait");
            await().until(() -> toy.group("app").backends().stream()
                            .mapToLong(NodeState.BackendState::inFlight)
                            .sum()
                    == 1);
            String before = toy.instance(APP);
            assertUndisturbed(base.replaceFirst("start: 0", "start: 1"), APP);
            assertNotEquals(before, toy.instance(APP));
            assertUndisturbedOnceMore(base.replaceFirst("\\{type: round-robin, start: 0}", "{type: keyed, salt: z}"));
            one.letGo();
            two.letGo();
            assertTrue(waiting.read().endsWith(" wait"));
        }
    }

    private void assertUndisturbedOnceMore(String text) throws IOException {
        Map<String, String> before = seen(APP);
        toy.reload(text);
        assertEquals(before, seen(APP));
    }

    @Test
    void changing_when_a_check_runs_keeps_what_it_found() throws IOException {
        assertUndisturbed(base.replace("interval: 1s", "interval: 60s"));
        assertUndisturbedOnceMore(base.replace("interval: 1s", "interval: 30s").replace("fall: 1", "fall: 5"));
    }

    @Test
    void another_protocol_setting_of_one_frontend_drains_that_frontend_alone() throws IOException {
        String port = toy.frontend("front").address();
        String instance = toy.instance(SIDE);
        try (LineCaller waiting = toy.call("side")) {
            waiting.ask("hi");
            toy.reload(base.replaceFirst("default_backend: app}", "default_backend: app, suffix: x}"));
            assertNull(front.read());
            assertEquals(port, toy.frontend("front").address());
            assertEquals(instance, toy.instance(SIDE));
            assertTrue(side.ask("hi").endsWith(" hi"));
            assertTrue(waiting.ask("hi").endsWith(" hi"));
        }
    }

    @Test
    void another_address_moves_the_socket_and_no_connection() throws IOException {
        int before = toy.port("front");
        toy.reload(base.replaceFirst("127.0.0.1, port: 0", "127.0.0.2, port: 0"));
        assertNotEquals(before, toy.port("front"));
        assertTrue(front.ask("hi").endsWith(" hi"), "the connection stays");
        assertEquals(4, toy.frontend("front").exchanges());
    }

    @Test
    void another_order_of_what_has_none_publishes_nothing() throws IOException {
        Map<String, String> before = seen();
        toy.file(
                "config.yaml",
                base.replace("type: round-robin, start: 0", "start: 0, type: round-robin")
                        .replace("rise: 1, fall: 1", "fall: 1, rise: 1"));
        toy.node().reload();
        assertEquals(1, toy.node().state().generation());
        assertEquals(before, seen());
    }
}

package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.config.ConfigException;
import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.NodeState;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel as a whole, with a toy plugin of every kind: what a generation does, keeps, replaces and refuses. */
class NodeTest {
    @TempDir
    private Path folder;

    private LineBackend one;
    private LineBackend two;
    private Node node;

    @BeforeEach
    void start() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        one = new LineBackend("one");
        two = new LineBackend("two");
    }

    @AfterEach
    void stop() throws IOException {
        if (node != null) {
            node.close();
        }
        one.close();
        two.close();
    }

    private String yaml(String more) {
        return """
                event_loops: 2
                shutdown_timeout: 5s
                drain_timeout: 2s
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                  - {name: b, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(one.port(), two.port()) + more;
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), text);
    }

    private Node serve(String text) throws IOException {
        NodeOptions options = new NodeOptions(
                write(text),
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of());
        node = Node.start(options);
        return node;
    }

    private void reload(String text) throws IOException {
        write(text);
        try {
            node.reload();
        } catch (Refused e) {
            assertEquals(Refused.Reason.INVALID, e.reason());
        }
    }

    private int port(String frontend) {
        NodeState.FrontendState found = node.state().frontends().stream()
                .filter(one -> one.name().equals(frontend))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(found.address().substring(found.address().lastIndexOf(':') + 1));
    }

    private LineCaller call(String frontend) throws IOException {
        return new LineCaller(port(frontend));
    }

    private AdminEndpoint page(String path) {
        return node.endpoints().stream()
                .filter(one -> one.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + " is not among "
                        + node.endpoints().stream().map(AdminEndpoint::path).toList()));
    }

    private boolean hasPage(String path) {
        return node.endpoints().stream().anyMatch(one -> one.path().equals(path));
    }

    private String text(String path) {
        try {
            AdminEndpoint.Answer answer = page(path).get(new AdminEndpoint.Request(Map.of(), Map.of()));
            return new String(answer.body(), StandardCharsets.UTF_8);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<String> problems(String text) throws IOException {
        ConfigException thrown = assertThrows(ConfigException.class, () -> serve(text));
        return thrown.problems().stream()
                .map(problem -> problem.toString().replace(folder.toString(), ""))
                .toList();
    }

    private static Consumer<List<String>> one(String part) {
        return problems ->
                assertTrue(problems.size() == 1 && problems.get(0).contains(part), part + " is not in " + problems);
    }

    @Test
    void exchangesGoRoundTheBackendsOfTheDefaultGroup() throws IOException {
        serve(yaml(""));
        try (LineCaller caller = call("front")) {
            TreeSet<String> answers = new TreeSet<>();
            for (int i = 0; i < 4; i++) {
                answers.add(caller.ask("hi"));
            }
            assertEquals(new TreeSet<>(List.of("one hi", "two hi")), answers);
        }
        NodeState state = node.state();
        assertEquals(1, state.generation());
        assertTrue(state.ready());
        assertEquals(4, state.frontends().get(0).exchanges());
        assertEquals("line", state.groups().get(0).name());
        assertEquals(2, state.groups().get(0).backends().get(0).exchanges());
        await().until(() -> text("/count").equals("4"));
        assertEquals("started", node.plugins().get(0).state());
    }

    @Test
    void rulesSendExchangesToGroupsAndSingleBackends() throws IOException {
        serve("""
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                  - {name: other, protocol: line, address: 127.0.0.1, port: 0, default_backend: b}
                backend_groups:
                  - {name: left, protocol: line, algorithm: {type: round-robin, start: 3}, tag: {}}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: line, group_name: left}
                  - {name: b, address: 127.0.0.1, port: %d, protocol: line, group_name: right}
                routing_rules:
                  - {name: l, prefix: l, target_backend: left, frontends: [front]}
                  - {name: b, prefix: b, target_backend: b}
                """.formatted(one.port(), two.port()));
        try (LineCaller caller = call("front");
                LineCaller other = call("other")) {
            assertEquals("one l filters=1", caller.ask("l"));
            assertEquals("two b", caller.ask("b"));
            assertEquals("none ", caller.ask("nobody"), "the default group is empty");
            assertEquals("two l", other.ask("l"), "the rule is for the other frontend");
        }
    }

    @Test
    void anEqualConfigurationKeepsEveryInstanceAndConnection() throws IOException {
        serve(yaml(""));
        try (LineCaller caller = call("front")) {
            caller.ask("hi");
            int port = port("front");
            Map<String, String> before = titles();
            reload("# moved down by a comment\n" + yaml(""));
            assertEquals(1, node.state().generation(), "nothing is published for nothing");
            reload("# moved down by a comment\n" + yaml("drain_timeout: 3s\n").replace("drain_timeout: 2s\n", ""));
            assertEquals(2, node.state().generation());
            assertEquals(before, titles());
            assertEquals(port, port("front"));
            assertTrue(caller.ask("hi").endsWith(" hi"));
            assertEquals(2, node.state().frontends().get(0).exchanges(), "counters go on");
        }
    }

    private Map<String, String> titles() {
        return node.endpoints().stream()
                .collect(java.util.stream.Collectors.toMap(AdminEndpoint::path, AdminEndpoint::title));
    }

    @Test
    void aChangedAlgorithmIsMadeAnewAndTheOldOneClosedWhenItsExchangesHaveEnded() throws Exception {
        serve(yaml(""));
        String path = "/backend_groups[line].algorithm";
        String before = page(path).title();
        try (LineCaller caller = call("front");
                LineCaller waiting = call("front")) {
            waiting.send("wait");
            (caller.ask("hi") + "").length();
            one.letGo();
            two.letGo();
            waiting.read();
            reload(yaml("backend_groups: [{name: line, algorithm: {type: round-robin, start: 5}}]\n"));
            assertNotEquals(before, page(path).title());
            assertEquals("start 5", text(path));
            assertTrue(caller.ask("hi").endsWith(" hi"), "the connection stays");
        }
    }

    @Test
    void anExchangeEndsInTheGenerationInWhichItBegan() throws Exception {
        serve(yaml("").replace("  - {name: b, address: 127.0.0.1, port: " + two.port() + ", protocol: line}\n", ""));
        try (LineCaller caller = call("front")) {
            caller.send("wait");
            one.awaitWaiting();
            reload("""
                    frontend_services:
                      - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                    backends:
                      - {name: b, address: 127.0.0.1, port: %d, protocol: line}
                    """.formatted(two.port()));
            assertEquals(2, node.state().generation());
            one.letGo();
            assertEquals("one wait", caller.read(), "the backend that is gone finishes what it has");
            assertEquals("two hi", caller.ask("hi"), "the next exchange is of the new generation");
        }
    }

    @Test
    void aReplacedProtocolDrainsItsConnections() throws Exception {
        String changed = yaml("").replace("port: 0}", "port: 0, suffix: \"!\"}");
        serve(yaml(""));
        try (LineCaller idle = call("front");
                LineCaller busy = call("front")) {
            idle.ask("hi");
            busy.send("wait");
            await().until(() -> node.state().groups().get(0).backends().stream()
                            .mapToLong(NodeState.BackendState::inFlight)
                            .sum()
                    == 1);
            reload(changed);
            assertNull(idle.read(), "an idle connection is closed");
            one.letGo();
            two.letGo();
            assertTrue(busy.read().endsWith(" wait"), "the exchange under way ends as it began");
            assertNull(busy.read(), "then its connection is closed");
        }
        try (LineCaller caller = call("front")) {
            assertTrue(caller.ask("hi").endsWith(" hi!"));
        }
    }

    @Test
    void aRemovedFrontendDrainsAndAnUnrelatedOneIsNotDisturbed() throws Exception {
        String both = yaml("").replace(
                        "backends:\n", "  - {name: second, protocol: line, address: 127.0.0.1, port: 0}\nbackends:\n");
        serve(both);
        try (LineCaller stays = call("front");
                LineCaller goes = call("second")) {
            stays.ask("hi");
            goes.ask("hi");
            reload(yaml(""));
            assertNull(goes.read());
            assertTrue(stays.ask("hi").endsWith(" hi"));
            assertEquals(1, node.state().frontends().size());
            await().until(() -> !hasPage("/frontend_services[second]"));
        }
    }

    @Test
    void aConnectionThatDoesNotDrainIsClosedAtTheDeadline() throws Exception {
        serve(yaml(""));
        try (LineCaller busy = call("front")) {
            busy.send("wait");
            await().until(() -> node.state().groups().get(0).backends().stream()
                            .mapToLong(NodeState.BackendState::inFlight)
                            .sum()
                    == 1);
            reload(yaml("").replace("port: 0}", "port: 0, suffix: x}"));
            assertNull(busy.read(), "closed after drain_timeout");
        }
    }

    @Test
    void everyProblemIsReportedAndTheOldGenerationServesOn() throws Exception {
        serve(yaml(""));
        Map<String, String> before = titles();
        try (LineCaller caller = call("front")) {
            for (String bad : List.of(
                    yaml("backend_groups: [{name: line, algorithm: {type: refusing}}]\n"),
                    yaml("backend_groups: [{name: line, algorithm: buggy}]\n"),
                    yaml("desk: {closed: true}\n"),
                    yaml("").replace("port: 0}", "port: 0, suffix: bad}"),
                    yaml("").replace("port: 0}", "port: " + one.port() + "}"),
                    yaml("unknown: 1\n"),
                    "frontend_services: [")) {
                reload(bad);
                assertEquals(1, node.state().generation(), bad);
                assertEquals(before, titles(), bad);
                assertTrue(caller.ask("hi").endsWith(" hi"));
            }
        }
    }

    @Test
    void problemsSayWhereAndWhatWouldBeRight() throws IOException {
        one("config.yaml:9:54 backend_groups[line].algorithm.start: must be something else")
                .accept(
                        problems(yaml("backend_groups: [{name: line, algorithm: {type: refusing, start: 1}}]\n"))
                                .stream()
                                .map(text -> text.replaceFirst("yaml:9:\\d+", "yaml:9:54"))
                                .toList());
        one("the plugin failed to make it: java.lang.IllegalStateException: a bug")
                .accept(problems(yaml("backend_groups: [{name: line, algorithm: buggy}]\n")));
        one("the desk is closed; open it").accept(problems(yaml("desk: {closed: true}\n")));
        one("frontend_services[front].suffix: must not be bad")
                .accept(problems(yaml("").replace("port: 0}", "port: 0, suffix: bad}")));
        one("config.yaml:9:1 unknown: unknown key; no installed plugin owns 'unknown'")
                .accept(problems(yaml("unknown: 1\n")));
        one("no group or backend 'x'; groups: line")
                .accept(problems(yaml("routing_rules: [{name: r, prefix: p, target_backend: x}]\n")));
        one("no frontend 'x'; frontends: front")
                .accept(problems(
                        yaml("routing_rules: [{name: r, prefix: p, target_backend: line, frontends: [x]}]\n")));
        one("a rule's prefix must not be empty")
                .accept(problems(yaml("routing_rules: [{name: r, prefix: '', target_backend: line}]\n")));
        one("port: " + one.port() + " is not among allowed_ports.line [1, 0, " + two.port() + "]")
                .accept(problems(yaml("allowed_ports: {line: [1, 0, " + two.port() + "]}\n")));
        one("port: 0 is not among allowed_ports.line")
                .accept(problems(yaml("allowed_ports: {line: [" + one.port() + ", " + two.port() + "]}\n")));
        one("no installed plugin provides protocol 'oracle'; installed: line, lines")
                .accept(problems(yaml("").replace("{name: front, protocol: line", "{name: front, protocol: oracle")));
        one("no installed plugin provides health check 'x'; installed: pong")
                .accept(problems(yaml("backend_groups: [{name: line, health_check: x}]\n")));
        one("fast_interval: must not be longer than interval")
                .accept(
                        problems(
                                yaml(
                                        "backend_groups: [{name: line, health_check: {type: pong, interval: 1s, fast_interval: 2s}}]\n")));
        one("the name 'front' is taken by the frontend at line 5")
                .accept(problems(
                        yaml("").replace("backends:\n", "  - {name: front, protocol: line, port: 0}\nbackends:\n")));
        one("has a backend 'a' already")
                .accept(problems(yaml("  - {name: a, address: 127.0.0.1, port: 1, protocol: line}\n")));
        one("must be a list").accept(problems("frontend_services: 3\n"));
        one("needs a certificate")
                .accept(problems(
                        yaml("").replace("protocol: line, address: 127.0.0.1, port: 0", "protocol: lines, port: 0")));
        one("protocol 'line' is not a secure one; use lines, or remove tls")
                .accept(problems(yaml("").replace("port: 0}", "port: 0, tls: {cert_file: a.pem, key_file: b.pem}}")));
        one("protocol 'line' is not a secure one; use lines, or remove tls")
                .accept(problems(yaml("backend_groups: [{name: line, tls: {}}]\n")));
        one("nowhere.pem: there is no such file")
                .accept(problems("backend_groups: [{name: g, protocol: lines, tls: {ca_file: nowhere.pem}}]\n"));
        one("cert_file and key_file go together; name both, or none")
                .accept(problems("backend_groups: [{name: g, protocol: lines, tls: {cert_file: a.pem}}]\n"));
        one("has no effect while verify is false; remove one of them")
                .accept(problems(
                        "backend_groups: [{name: g, protocol: lines, tls: {verify: false, ca_file: a.pem}}]\n"));
        String of = "tls_config: {cert_file: a.pem, key_file: b.pem, %s}\n";
        one("client_ca_file: required with client_auth").accept(problems(of.formatted("client_auth: required")));
        one("client_ca_file: has no effect while client_auth is none")
                .accept(problems(of.formatted("client_ca_file: c.pem")));
        one("crl_file: has no effect while client_auth is none").accept(problems(of.formatted("crl_file: c.pem")));
        one("ocsp_file: is about cert_file, which is not set")
                .accept(problems(
                        "tls_config: {ocsp_file: a.der, certificates: [{cert_file: a.pem, key_file: b.pem}]}\n"));
        one("cert_file: required while enabled").accept(problems("tls_config: {strict_sni: true}\n"));
        one("key_file: required while enabled").accept(problems("tls_config: {cert_file: a.pem}\n"));
        one("min_version: must be 1.2 or 1.3").accept(problems(of.formatted("min_version: 1.1")));
        one("protocol: required").accept(problems("backend_groups: [{name: g}]\n"));
        one("no backend speaks a protocol that can be recognised here").accept(problems("frontend_address: ':0'\n"));
    }

    @Test
    void oneAddressServesWhatIsRecognised() throws IOException {
        serve("frontend_address: '127.0.0.1:0'\n" + yaml("").substring(yaml("").indexOf("backends:")));
        try (LineCaller line = call("frontend_address");
                LineCaller unknown = call("frontend_address")) {
            assertTrue(line.ask(">a").endsWith(" >a"));
            assertNull(unknown.ask("nobody knows this"));
        }
    }

    @Test
    void aBackendThatFailsItsCheckGetsNothing() throws Exception {
        serve(yaml("""
                backend_groups:
                  - name: line
                    health_check: {type: pong, interval: 1s, timeout: 900ms, rise: 1, fall: 1}
                """));
        two.close();
        await().until(() ->
                node.state().groups().get(0).backends().get(1).health().equals("down"));
        try (LineCaller caller = call("front")) {
            for (int i = 0; i < 4; i++) {
                assertEquals("one hi", caller.ask("hi"));
            }
        }
    }

    /** By rename: half a file, which may be an empty one, is never read. */
    private void replace(Path file, String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void backendsFoundLaterServeWithoutANewGeneration() throws Exception {
        Path ports = Files.writeString(folder.resolve("ports"), one.port() + "\n");
        serve("""
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0, default_backend: found}
                backend_groups:
                  - {name: found, protocol: line, discovery: [{type: late, file: ports}]}
                pushed: elsewhere
                routing_rules:
                  - {name: r, prefix: x, target_backend: elsewhere}
                """);
        try (LineCaller caller = call("front")) {
            await().until(() -> "one hi".equals(caller.ask("hi")));
            replace(ports, two.port() + "\n");
            await().until(() -> "two hi".equals(caller.ask("hi")));
            replace(ports, "not a port\n");
            await().pollDelay(Duration.ofMillis(100)).until(() -> "two hi".equals(caller.ask("hi")));
            assertEquals("none r", caller.ask("x"), "the group is there, its backends are not");
            assertEquals(1, node.state().generation());
        }
    }

    @Test
    void groupsAreToldInTheOrderOfTheFile() throws Exception {
        List<String> names =
                IntStream.range(0, 40).mapToObj(i -> "g" + i * 7 % 40).toList();
        serve(
                "frontend_services:\n  - {name: front, protocol: line, address: 127.0.0.1, port: 0, default_backend: g0}\n"
                        + "backend_groups:\n"
                        + names.stream()
                                .map(name -> "  - {name: " + name + ", protocol: line}\n")
                                .collect(Collectors.joining()));
        assertEquals(
                names,
                node.state().groups().stream().map(NodeState.GroupState::name).toList());
    }

    @Test
    void aDiscoveryIsLeftAloneWhenAnotherComesBeforeIt() throws Exception {
        Path ports = Files.writeString(folder.resolve("ports"), one.port() + "\n");
        String text = """
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0, default_backend: found}
                backend_groups:
                  - {name: found, protocol: line, discovery: [%s{type: late, file: ports}]}
                """;
        serve(text.formatted(""));
        try (LineCaller caller = call("front")) {
            await().until(() -> "one hi".equals(caller.ask("hi")));
            Files.delete(ports); // whoever began anew would find nothing
            Files.writeString(folder.resolve("more"), "");
            Files.writeString(folder.resolve("config.yaml"), text.formatted("{type: late, file: more}, "));
            node.reload();
            assertEquals(2, node.state().generation());
            assertEquals("one hi", caller.ask("hi"));
        }
    }

    @Test
    void aServiceSeesTheNode() throws IOException {
        serve(yaml("node_id: berta\ndesk: {}\n"));
        assertEquals("berta 1", text("/desk"));
    }

    @Test
    void closingLetsTheExchangeUnderWayFinish() throws Exception {
        serve(yaml(""));
        int port = port("front");
        try (LineCaller caller = call("front")) {
            caller.send("wait");
            await().until(() -> node.state().groups().get(0).backends().stream()
                            .mapToLong(NodeState.BackendState::inFlight)
                            .sum()
                    == 1);
            Thread closing = new Thread(node::close);
            closing.start();
            await().until(() -> !node.state().ready());
            await().until(() -> {
                try {
                    new LineCaller(port).close();
                    return false;
                } catch (IOException refused) {
                    return true;
                }
            });
            one.letGo();
            two.letGo();
            assertTrue(caller.read().endsWith(" wait"));
            closing.join(30_000);
            assertTrue(!closing.isAlive());
        }
        node.awaitStop();
    }

    @Test
    void aChangedFileIsNoticed() throws Exception {
        NodeOptions options = new NodeOptions(
                write(yaml("")),
                folder.resolve("plugins"),
                folder.resolve("work"),
                true,
                Duration.ofMillis(50),
                false,
                Map.of());
        node = Node.start(options);
        Path next = Files.writeString(folder.resolve("next"), yaml("node_id: renamed\n"));
        Files.move(next, options.config(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> node.state().nodeId().equals("renamed"));
        write("broken: [");
        await().pollDelay(Duration.ofMillis(300)).until(() -> node.state().generation() == 2);
        write(yaml("node_id: again\n"));
        await().until(() -> node.state().nodeId().equals("again"));
    }
}

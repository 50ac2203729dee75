package io.leba.plugin.discovery.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.Position;
import io.leba.spi.discovery.BackendSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BackendListTest {
    private static BackendList parse(String text) {
        return BackendList.parse(text.getBytes(StandardCharsets.UTF_8), "b.yaml");
    }

    private static void assertProblem(String text, String problem) {
        BackendList list = parse(text);
        assertEquals(problem, list.problem().orElse("none"));
        assertEquals(List.of(), list.backends());
    }

    @Test
    void aBackendNeedsAddressAndPort() {
        BackendList list = parse("- {address: 10.0.0.1, port: 80}\n- address: b.example.com\n  port: 81\n");

        assertEquals(Optional.empty(), list.problem());
        assertEquals(List.of(BackendSpec.of("10.0.0.1", 80), BackendSpec.of("b.example.com", 81)), list.backends());
    }

    @Test
    void allKeysAreTaken() {
        BackendSpec expected = new BackendSpec(
                Optional.of("one"),
                "10.0.0.1",
                80,
                Optional.of("http"),
                Optional.of("app"),
                0,
                3,
                Map.of("zone", "a", "rack", "7"),
                Position.NONE);
        String yaml = """
                backends:
                  - name: one
                    address: 10.0.0.1
                    port: "80"
                    protocol: http
                    group_name: app
                    weight: 0
                    priority: 3
                    labels: {zone: a, rack: 7}
                """;

        assertEquals(List.of(expected), parse(yaml).backends());
        assertEquals(
                "b.yaml:2:5 backends[0]",
                parse(yaml).backends().get(0).position().toString());
    }

    @Test
    void jsonIsUnderstood() {
        String json = """
                {"backends": [
                \t{"address": "10.0.0.1", "port": 80, "name": null, "labels": {"a": "b"}},
                \t{"address": "::1", "port": 81}
                ]}
                """;

        assertEquals(
                List.of("10.0.0.1:80", "[::1]:81"),
                parse(json).backends().stream().map(BackendSpec::nameOrAddress).toList());
    }

    @Test
    void noBackendsMustBeSaid() {
        assertEquals(Optional.empty(), parse("[]").problem());
        assertEquals(Optional.empty(), parse("backends: []").problem());
        assertProblem("", "b.yaml: is empty; write [] for no backends");
        assertProblem("# nothing\n", "b.yaml: is empty; write [] for no backends");
    }

    @Test
    void everyProblemIsNamedWithItsPlace() {
        assertProblem(
                """
                - {address: 10.0.0.1}
                - {addres: 10.0.0.1, port: 0}
                - just words
                """,
                "b.yaml:1:3 backends[0].port: is required"
                        + "; b.yaml:2:4 backends[1].addres: unknown key; the keys are name, address, port, protocol, group_name, weight, priority, labels"
                        + "; b.yaml:2:3 backends[1].address: is required"
                        + "; b.yaml:2:28 backends[1].port: must be a number between 1 and 65535, got 0"
                        + "; b.yaml:3:3 backends[2]: must be a mapping such as {address: 10.0.0.1, port: 80}");
    }

    @Test
    void manyProblemsAreCounted() {
        assertTrue(parse("- 1\n".repeat(12)).problem().orElseThrow().endsWith("; and 7 more"));
    }

    @Test
    void wrongTypesAreRefused() {
        assertProblem("x", "b.yaml:1:1: must be a list of backends, or a mapping with the one key 'backends'");
        assertProblem(
                "servers: []", "b.yaml:1:1: must be a list of backends, or a mapping with the one key 'backends'");
        assertProblem("- {address: [a], port: 1}", "b.yaml:1:13 backends[0].address: must be a text");
        assertProblem(
                "- {address: 'a b', port: 1}",
                "b.yaml:1:13 backends[0].address: must be an IP address or host name, got 'a b'");
        assertProblem(
                "- {address: a, port: [1]}",
                "b.yaml:1:22 backends[0].port: must be a number between 1 and 65535, got a list or mapping");
        assertProblem(
                "- {address: a, port: 1, weight: 65536}",
                "b.yaml:1:33 backends[0].weight: must be a number between 0 and 65535, got 65536");
        assertProblem(
                "- {address: a, port: 1, priority: first}",
                "b.yaml:1:35 backends[0].priority: must be a number between 0 and 255, got first");
        assertProblem("- {address: a, port: 1, labels: x}", "b.yaml:1:33 backends[0].labels: must be a mapping");
        assertProblem("- {address: a, port: 1, labels: {x: [y]}}", "b.yaml:1:37 backends[0].labels.x: must be a text");
    }

    @Test
    void whatStandsTwiceIsRefused() {
        assertProblem("- {address: a, port: 1, port: 2}", "b.yaml:1:25 backends[0].port: stands there twice");
        assertProblem(
                "- {address: a, port: 1}\n- {name: 'a:1', address: b, port: 2}",
                "b.yaml:2:3 backends[1]: 'a:1' is backends[0] already; remove one, or give it a 'name' of its own");
        assertEquals(
                Optional.empty(),
                parse("- {address: a, port: 1, group_name: x}\n- {address: a, port: 1, group_name: y}")
                        .problem());
    }

    @Test
    void brokenTextIsShownWithItsPlace() {
        assertProblem("- {address: a\n- b", "b.yaml:2:4: expected ',' or '}', but got <stream end>");
        assertProblem(
                "- a: b\n\tc: d",
                "b.yaml:2:1: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)");
        assertTrue(parse("a: b\n---\nc: d").problem().orElseThrow().startsWith("b.yaml:2:1: "));
        assertTrue(parse("[".repeat(100)).problem().orElseThrow().startsWith("b.yaml"));
        assertEquals(
                "b.yaml: is not UTF-8",
                BackendList.parse(new byte[] {'-', ' ', (byte) 0xff}, "b.yaml")
                        .problem()
                        .orElseThrow());
        assertTrue(parse("- \u0000").problem().isPresent());
    }

    @Property(tries = 500)
    void noBytesThrow(@ForAll @Size(max = 60) byte[] bytes) {
        BackendList list = BackendList.parse(bytes, "b.yaml");

        assertTrue(list.problem().isPresent() || list.backends().isEmpty());
    }
}

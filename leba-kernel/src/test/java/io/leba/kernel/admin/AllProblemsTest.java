package io.leba.kernel.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.kernel.config.ConfigException;
import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** One problem hides no other, and is told once. */
class AllProblemsTest {
    private static final String BACKENDS = "backends: [{name: a, address: 127.0.0.1, port: 1, protocol: line}]";

    @TempDir
    private Path folder;

    @BeforeEach
    void install() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
    }

    /** The problems of a configuration with these lines, without the file's name. */
    private List<String> problems(String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("c.yaml"), String.join("\n", lines) + "\n");
        try {
            Validation.validate(file, folder.resolve("plugins"), folder.resolve("work"), Map.of());
            return List.of();
        } catch (ConfigException e) {
            return without(file, e.problems());
        }
    }

    private static List<String> without(Path file, List<?> problems) {
        return problems.stream()
                .map(problem -> problem.toString().replace(file + ":", ""))
                .toList();
    }

    private void assertProblems(List<String> expected, String... lines) throws IOException {
        assertEquals(String.join("\n", expected), String.join("\n", problems(lines)));
    }

    @Test
    void aRuleWithoutANameIsLookedAtAsAWhole() throws IOException {
        assertProblems(
                List.of(
                        "3:5 routing_rules[0].name: is required",
                        "3:36 routing_rules[0].prefix: must be a text, got a list",
                        "3:41 routing_rules[0].prefx: unknown key; did you mean 'prefix'?"),
                BACKENDS,
                "routing_rules:",
                "  - {target_backend: line, prefix: [x], prefx: x}");
    }

    @Test
    void aRuleWithATakenNameIsLookedAtAsAWhole() throws IOException {
        assertProblems(
                List.of(
                        "4:5 routing_rules[r]: the name 'r' is taken by the routing rule at line 3; choose another",
                        "4:48 routing_rules[r].prefx: unknown key; did you mean 'prefix'?"),
                BACKENDS,
                "routing_rules:",
                "  - {name: r, target_backend: line, prefix: x}",
                "  - {name: r, target_backend: line, prefix: x, prefx: x}");
    }

    @Test
    void aRuleThatLeadsNowhereIsLookedAtAsAWhole() throws IOException {
        assertProblems(
                List.of(
                        "3:15 routing_rules[r].target_backend: there is no group or backend 'nope'; groups: line",
                        "3:45 routing_rules[r].prefix: must be a text, got a list",
                        "3:50 routing_rules[r].prefx: unknown key; did you mean 'prefix'?",
                        "4:15 routing_rules[s].target_backend: there is no group or backend 'nope'; groups: line",
                        "4:37 routing_rules[s].prefx: unknown key; did you mean 'prefix'?"),
                BACKENDS,
                "routing_rules:",
                "  - {name: r, target_backend: nope, prefix: [x], prefx: x}",
                "  - {name: s, target_backend: nope, prefx: x}");
    }

    @Test
    void aTakenNameIsToldBesideWhatElseIsWrong() throws IOException {
        assertProblems(
                List.of(
                        "4:5 backend_groups[g]: the name 'g' is taken by the backend group at line 3; choose another",
                        "4:31 backend_groups[g].bogus: unknown key; no installed plugin owns 'bogus'",
                        "4:58 backend_groups[g].connect_timeout: must be a duration with a unit, such as 250ms, 30s or 5m, got"
                                + " 'x'",
                        "7:5 frontend_services[1]: the name 'line-1' is taken by the frontend at line 6; choose"
                                + " another",
                        "7:31 frontend_services[1].bogus: unknown key; no installed plugin owns 'bogus'"),
                BACKENDS,
                "backend_groups:",
                "  - {name: g, protocol: line}",
                "  - {name: g, protocol: line, bogus: 1, connect_timeout: x}",
                "frontend_services:",
                "  - {protocol: line, port: 1}",
                "  - {protocol: line, port: 1, bogus: 1}");
    }

    @Test
    void aProtocolThatThereIsNotIsToldOnce() throws IOException {
        assertProblems(
                List.of(
                        "3:5 backend_groups[g]: no installed plugin provides protocol 'lin'; installed: line, lines",
                        "5:25 frontend_services[f].protocol: no installed plugin provides protocol 'lin'; installed:"
                                + " line, lines",
                        "5:39 frontend_services[f].sufix: unknown key; did you mean 'suffix'?"),
                "backends: [{name: a, address: 127.0.0.1, port: 1, group_name: g}]",
                "backend_groups:",
                "  - {name: g, protocol: lin}",
                "frontend_services:",
                "  - {name: f, protocol: lin, port: 1, sufix: x}",
                "routing_rules:",
                "  - {name: r, target_backend: g, frontends: [f], prefix: x}");
    }

    @Test
    void whoeverRefersToSomethingThatHasProblemsIsNotToldThatThereIsNone() throws IOException {
        assertProblems(
                List.of(
                        "3:48 backend_groups[g].connect_timeout: must be a duration with a unit, such as 250ms, 30s or 5m, got"
                                + " 'x'",
                        "5:37 frontend_services[f].port: must be between 0 and 65535, got 70000"),
                BACKENDS,
                "backend_groups:",
                "  - {name: g, protocol: line, connect_timeout: x}",
                "frontend_services:",
                "  - {name: f, protocol: line, port: 70000, default_backend: g}",
                "routing_rules:",
                "  - {name: r, target_backend: g, frontends: [f], prefix: x}");
    }

    @Test
    void aDefaultThatThereIsNotIsToldWhereItIsWritten() throws IOException {
        assertProblems(
                List.of("6:5 frontend_services[f].default_backend: there is no group or backend 'nope'; groups: line"),
                BACKENDS,
                "frontend_services:",
                "  - name: f",
                "    protocol: line",
                "    port: 0",
                "    default_backend: nope");
    }

    @Test
    void aProblemOfARootKeyHidesNothing() throws IOException {
        assertProblems(
                List.of(
                        "1:14 event_loops: must be a whole number, got 'many'",
                        "2:23 tls_config.enabled: must be true or false, got 'maybe'",
                        "6:15 routing_rules[r].target_backend: there is no group or backend 'nope'; groups: line"),
                "event_loops: many",
                "tls_config: {enabled: maybe}",
                "frontend_services: [{name: f, protocol: lines, port: 0}]",
                BACKENDS,
                "routing_rules:",
                "  - {name: r, target_backend: nope, prefix: x}");
    }

    @Test
    void whereThereIsNothingToChooseFromThatIsSaid() throws IOException {
        assertProblems(
                List.of(
                        "2:15 routing_rules[r].target_backend: there is no group or backend 'nope'; none is configured",
                        "2:37 routing_rules[r].frontends: there is no frontend 'f'; none is configured"),
                "routing_rules:",
                "  - {name: r, target_backend: nope, frontends: [f], prefix: x}");
    }

    @Test
    void aKeyThatIsWrittenTwiceHidesNothing() throws IOException {
        assertProblems(
                List.of(
                        "2:1 node_id: key 'node_id' is written twice, first in line 1; remove one",
                        "5:48 routing_rules[r].prefix: key 'prefix' is written twice, first in line 5; remove one",
                        "5:59 routing_rules[r].prefx: unknown key; did you mean 'prefix'?",
                        "6:15 routing_rules[s].target_backend: there is no group or backend 'nope'; groups: line"),
                "node_id: a",
                "node_id: b",
                BACKENDS,
                "routing_rules:",
                "  - {name: r, target_backend: line, prefix: x, prefix: y, prefx: x}",
                "  - {name: s, target_backend: nope, prefix: x}");
    }

    @Test
    void aVariableThatIsNotSetHidesNothing() throws IOException {
        assertProblems(
                List.of(
                        "1:10 node_id: environment variable 'LEBA_NOT_SET' is not set; set it, or write ${LEBA_NOT_SET:-default}",
                        "4:48 routing_rules[r].prefx: unknown key; did you mean 'prefix'?"),
                "node_id: ${LEBA_NOT_SET}",
                BACKENDS,
                "routing_rules:",
                "  - {name: r, target_backend: line, prefix: x, prefx: x}");
    }

    @Test
    void whatCouldNotBeReadIsNotSaidToBeMissing() throws IOException {
        String rules = String.join(
                "\n",
                "routing_rules:",
                "  - {name: r, target_backend: other, frontends: [f], prefix: x}",
                "  - {name: s, target_backend: line, prefix: x, prefx: x}");
        assertProblems(
                List.of(
                        "1:10 include: included file '" + folder.resolve("other.yaml") + "' does not exist",
                        "5:48 routing_rules[s].prefx: unknown key; did you mean 'prefix'?"),
                "include: other.yaml",
                BACKENDS,
                rules);
        assertProblems(
                List.of(
                        "3:1 backend_groups: key 'backend_groups' is written twice, first in line 2; remove one",
                        "6:48 routing_rules[s].prefx: unknown key; did you mean 'prefix'?"),
                "backends: [{name: a, address: 127.0.0.1, port: 1, group_name: other}]",
                "backend_groups: [{name: line, protocol: line}]",
                "backend_groups: [{name: other, protocol: line}]",
                rules);
    }

    @Test
    void aBackendIsNotToldThatItsGroupHasNoProtocolIfTheGroupHasAnotherProblem() throws IOException {
        assertProblems(
                List.of("3:48 backend_groups[g].connect_timeout: must be a duration with a unit, such as 250ms, 30s or"
                        + " 5m, got 'x'"),
                "backends: [{name: a, address: 127.0.0.1, port: 1, group_name: g}]",
                "backend_groups:",
                "  - {name: g, protocol: line, connect_timeout: x}");
    }

    @Test
    void aNodeThatStartsAndOneThatServesTellAllOfThemToo() throws Exception {
        String[] broken = {
            BACKENDS, "node_id: a", "node_id: b", "frontend_services:", "  - {protocol: line, port: 0, x: 1}"
        };
        List<String> expected = problems(broken);
        assertEquals(2, expected.size(), expected::toString);
        Path file = folder.resolve("c.yaml");
        NodeOptions options = new NodeOptions(
                file,
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of());
        ConfigException refused =
                assertThrows(ConfigException.class, () -> Node.start(options).close());
        assertEquals(expected, without(file, refused.problems()));

        String text = Files.readString(file);
        Files.writeString(file, BACKENDS + "\nfrontend_services: [{protocol: line, port: 0}]\n");
        try (Node node = Node.start(options)) {
            assertEquals(expected, without(file, refused(() -> node.plan(Optional.of(text)))));
            assertEquals(expected, without(file, refused(() -> node.apply(Optional.of(text), Optional.empty()))));
            Files.writeString(file, text);
            assertEquals(expected, without(file, refused(node::reload)));
            assertEquals(1, node.state().generation());
        }
    }

    private static List<String> refused(Executable action) {
        return assertThrows(Refused.class, action).problems();
    }

    @Test
    void ofManyNamesSomeAreListed() throws IOException {
        String[] groups = Stream.iterate(1, i -> i + 1)
                .limit(50)
                .map(i -> "  - {name: g" + i + ", protocol: line}")
                .toArray(String[]::new);
        String listed = Stream.iterate(1, i -> i + 1)
                .limit(20)
                .map(i -> "g" + i)
                .collect(java.util.stream.Collectors.joining(", "));
        assertProblems(
                List.of("2:15 routing_rules[r].target_backend: there is no group or backend 'nope'; groups: " + listed
                        + " and 30 more"),
                "routing_rules:",
                "  - {name: r, target_backend: nope, prefix: x}",
                "backend_groups:\n" + String.join("\n", groups));
    }
}

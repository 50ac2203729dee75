package io.leba.kernel.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.Plan;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    private static final String BASE = """
            node_id: n
            event_loops: 2
            frontend_services:
              - {name: front, protocol: line, address: 127.0.0.1, port: 0, default_backend: app}
              - {name: side, protocol: line, address: 127.0.0.1, port: 0, tag: {}, mark: {text: y}}
            backend_groups:
              - name: app
                algorithm: {type: keyed, salt: s}
                health_check: {type: pong, interval: 60s, expect: pong}
                pool: {max_idle: 8}
            backends:
              - {name: a, address: 127.0.0.1, port: 1, protocol: line, group_name: app}
              - {name: b, address: 127.0.0.1, port: 2, protocol: line, group_name: app, weight: 2, labels: {zone: x, rack: y}}
              - {name: c, address: 127.0.0.1, port: 3, protocol: line}
            routing_rules:
              - {name: one, prefix: o, target_backend: app, frontends: [front, side]}
              - {name: two, prefix: t, target_backend: app}
              - {name: three, prefix: h, target_backend: c}
            desk: {password: "${PASSWORD}", sign: "${SIGN}"}
            """;

    @TempDir
    private Path folder;

    private final Map<String, String> environment =
            new java.util.HashMap<>(Map.of("PASSWORD", "tell-nobody", "SIGN", "open-sesame"));
    private ToyNode toy;

    @BeforeEach
    void start() throws IOException {
        toy = new ToyNode(folder, environment);
        toy.serve(BASE);
    }

    @AfterEach
    void stop() {
        toy.close();
    }

    private Plan plan(String text) {
        return toy.node().plan(Optional.of(text));
    }

    private Plan changed(String from, String to) {
        assertTrue(BASE.contains(from), from);
        return plan(BASE.replace(from, to));
    }

    private static List<String> lines(Plan plan) {
        return plan.steps().stream()
                .map(step -> step.action() + " " + step.kind() + " " + step.name() + ": " + step.detail())
                .toList();
    }

    private void assertSteps(Plan plan, String... lines) {
        assertEquals(String.join("\n", lines), String.join("\n", lines(plan)));
        assertEquals(1, toy.node().state().generation(), "nothing is published");
    }

    @Test
    void the_same_said_otherwise_changes_nothing() throws IOException {
        assertSteps(toy.node().plan(Optional.empty()));
        assertSteps(plan("# a comment\n\n" + BASE));
        toy.file("rules.yaml", BASE.substring(BASE.indexOf("routing_rules:"), BASE.indexOf("desk:")));
        assertSteps(plan("""
                include: rules.yaml
                desk:
                  sign: "${SIGN}"
                  password: ${PASSWORD}
                backends:
                  - {protocol: line, group_name: line, port: 0x3, address: 127.0.0.1, name: "c"}
                  - {weight: 1, priority: 0, name: a, address: 127.0.0.1, port: 1, protocol: line, group_name: app}
                  - name: b
                    labels: {rack: y, zone: x}
                    weight: 2
                    address: 127.0.0.1
                    port: 2
                    protocol: line
                    group_name: app
                backend_groups:
                  - health_check: {expect: pong, interval: 1m, type: pong, rise: 2}
                    pool: {idle_timeout: 60s, max_idle: 8}
                    protocol: line
                    connect_retries: 2
                    algorithm: {salt: s, type: keyed}
                    name: app
                  - {name: line, algorithm: {type: round-robin}}
                frontend_services:
                  - {name: side, protocol: line, address: 127.0.0.1, port: 0, tag: {}, mark: {text: y}, default_backend: line}
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0, suffix: '', default_backend: app}
                event_loops: 2
                shutdown_timeout: 30s
                node_id: n
                """));
    }

    @Test
    void each_key_that_differs_is_told_with_what_it_was_and_what_it_would_be() {
        assertSteps(
                changed("event_loops: 2", "event_loops: 1\ndrain_timeout: 1m"),
                "CHANGE NODE node: event_loops: 2 → 1 (at the next start)",
                "CHANGE NODE node: drain_timeout: 5m → 1m");
        assertSteps(changed("salt: s}", "salt: t}"), "CHANGE GROUP app: algorithm.salt: s → t");
        assertSteps(changed("{max_idle: 8}", "{max_idle: 9}"), "CHANGE GROUP app: pool.max_idle: 8 → 9");
        assertSteps(
                changed("{type: keyed, salt: s}", "round-robin"), "CHANGE GROUP app: algorithm: keyed → round-robin");
        assertSteps(
                changed("interval: 60s, expect: pong", "interval: 2s, expect: ping"),
                "CHANGE GROUP app: health_check.expect: pong → ping, health_check.interval: 1m → 2s");
        assertSteps(
                changed("    health_check: {type: pong, interval: 60s, expect: pong}\n", ""),
                "CHANGE GROUP app: health_check: {type: pong, interval: 1m, timeout: 2s, rise: 2, fall: 3, jitter: 10} → none");
        assertSteps(
                changed("default_backend: app", "default_backend: c, suffix: x"),
                "CHANGE FRONTEND front: default_backend: app → c, suffix: \"\" → x");
        assertSteps(
                changed("weight: 2, labels: {zone: x, rack: y}", "weight: 3, labels: {zone: z}"),
                "CHANGE BACKEND app/b: weight: 2 → 3, labels.zone: x → z, labels.rack: y → none");
        assertSteps(
                changed("port: 3", "port: 4"),
                "CHANGE BACKEND line/c: port: 3 → 4, its connections, counters and health begin anew");
        assertSteps(
                changed("prefix: o, target_backend: app, frontends: [front, side]", "prefix: x, target_backend: c"),
                "CHANGE ROUTE one: target_backend: app → c, frontends: [front, side] → [], prefix: o → x");
    }

    @Test
    void what_comes_and_goes_is_told_and_another_name_is_another_thing() {
        assertSteps(
                plan(BASE.replace("- {name: side,", "- {name: aside,").replace("[front, side]", "[front, aside]")),
                "ADD FRONTEND aside: binds 127.0.0.1:0, line, default_backend: line",
                "ADD FILTER frontend_services[aside].tag: {}",
                "ADD FILTER frontend_services[aside].mark: {text: y}",
                "REMOVE FRONTEND side: closes 127.0.0.1:0, line, default_backend: line",
                "CHANGE ROUTE one: frontends: [front, side] → [front, aside]");
    }

    @Test
    void groups_backends_and_routes_come_and_go() {
        assertSteps(
                plan(BASE.replace(
                                "{name: a, address: 127.0.0.1, port: 1, protocol: line, group_name: app}",
                                "{name: a, address: 127.0.0.1, port: 1, protocol: line, group_name: new}")
                        .replace(
                                "name: two, prefix: t, target_backend: app",
                                "name: zwei, prefix: t, target_backend: new")),
                "REMOVE BACKEND app/a: 127.0.0.1:1, weight 1",
                "ADD GROUP new: line, round-robin",
                "ADD BACKEND new/a: 127.0.0.1:1, weight 1",
                "ADD ROUTE zwei: to new {prefix: t}",
                "REMOVE ROUTE two: to app {prefix: t}");
    }

    @Test
    void the_order_of_rules_backends_and_filters_of_one_phase_matters_and_no_other() {
        assertSteps(
                plan(BASE.replace("- {name: one,", "- {name: ONE,")
                        .replace("- {name: three,", "- {name: one,")
                        .replace("- {name: ONE,", "- {name: three,")
                        .replace("prefix: h, target_backend: c", "PREFIX")
                        .replace(
                                "prefix: o, target_backend: app, frontends: [front, side]",
                                "prefix: h, target_backend: c")
                        .replace("PREFIX", "prefix: o, target_backend: app, frontends: [front, side]")),
                "MOVE ROUTE three: comes at another place in the order of rules",
                "MOVE ROUTE two: comes at another place in the order of rules");
        assertSteps(
                plan(BASE.replace("{name: a, address: 127.0.0.1, port: 1", "{name: A, address: 127.0.0.1, port: 1")
                        .replace(
                                "  - {name: c, address: 127.0.0.1, port: 3, protocol: line}\n",
                                "  - {name: c, address: 127.0.0.1, port: 3, protocol: line}\n  - {name: a, address: 127.0.0.1, port: 1, protocol: line, group_name: app}\n")
                        .replace("  - {name: A, address: 127.0.0.1, port: 1, protocol: line, group_name: app}\n", "")),
                "MOVE BACKEND app/b: comes at another place in the order of the group's backends");
        assertSteps(
                changed("tag: {}, mark: {text: y}", "mark: {text: z}, tag: {}"),
                "MOVE FILTER frontend_services[side].mark: runs at another place among the filters of its phase",
                "CHANGE FILTER frontend_services[side].mark: text: y → z");
    }

    @Test
    void secrets_and_what_variables_filled_in_are_not_shown() {
        environment.put("PASSWORD", "tell-nobody-else");
        environment.put("SIGN", "open-sesame-now");
        Plan plan = plan(BASE);
        assertSteps(plan, "CHANGE EXTENSION desk: password: <secret> changed, sign: ${SIGN} has another value");
        assertSteps(
                changed("desk: {password: \"${PASSWORD}\", sign: \"${SIGN}\"}", "desk: {}"),
                "CHANGE EXTENSION desk: password: <secret> → none, sign: ${SIGN} → none");
        assertSteps(
                changed("desk: {password: \"${PASSWORD}\", sign: \"${SIGN}\"}\n", ""),
                "REMOVE EXTENSION desk: {closed: false, password: <secret>, sign: ${SIGN}}");
        assertSteps(
                changed("\"${PASSWORD}\", sign: \"${SIGN}\"", "x, sign: closed"),
                "CHANGE EXTENSION desk: password: <secret> changed, sign: ${SIGN} → closed");
        String all = changed("mark: {text: y}", "mark: {text: \"${SIGN}\"}").toString();
        assertTrue(all.contains("text: y → ${SIGN}"), all);
        assertFalse(all.contains("sesame") || all.contains("nobody"), all);
    }

    @Test
    void the_share_of_keys_that_move_is_seen_from_the_algorithm() {
        Plan removed = changed("  - {name: a, address: 127.0.0.1, port: 1, protocol: line, group_name: app}\n", "");
        assertEquals(
                List.of("app"), removed.moves().stream().map(Plan.Move::group).toList());
        assertEquals(0.5, removed.moves().get(0).share(), 0.02, "half of them were served by the one that goes");
        Plan added = plan(BASE.replace(
                "backends:\n",
                "backends:\n  - {name: d, address: 127.0.0.1, port: 9, protocol: line, group_name: app}\n"));
        assertEquals(0.333, added.moves().get(0).share(), 0.02);
        assertEquals(0.5, changed("salt: s}", "salt: t}").moves().get(0).share(), 0.02, "by lot");
        assertEquals(
                1.0,
                changed("{type: keyed, salt: s}", "round-robin").moves().get(0).share());
        assertEquals(List.of(), changed("max_idle: 8", "max_idle: 9").moves());
        assertEquals(List.of(), changed("port: 3", "port: 4").moves(), "round robin goes by no key");
        assertEquals(
                List.of(),
                changed("weight: 2, labels: {zone: x, rack: y}", "weight: 2").moves(),
                "the toy's keys do not look at labels");
        assertEquals(0.5, changed("port: 1,", "port: 7,").moves().get(0).share(), 0.02, "another server of that name");
    }

    @Test
    void connections_that_would_drain_are_counted() throws IOException {
        try (LineCaller one = toy.call("front");
                LineCaller two = toy.call("front");
                LineCaller three = toy.call("side")) {
            one.ask("zzz");
            two.ask("zzz");
            three.ask("zzz");
            assertEquals(
                    List.of(new Plan.Drain("front", 2)),
                    changed("default_backend: app", "default_backend: app, suffix: x")
                            .drains());
            assertEquals(
                    List.of(),
                    changed("default_backend: app", "default_backend: c").drains());
            assertEquals(List.of(), changed("max_idle: 8", "max_idle: 9").drains());
            Plan gone =
                    plan(BASE.replace(", frontends: [front, side]", "").replaceAll("(?m)^  - \\{name: side,.*\n", ""));
            assertEquals(List.of(new Plan.Drain("side", 1)), gone.drains());
            assertEquals(1, gone.draining());
        }
    }

    @Test
    void a_configuration_that_cannot_serve_is_refused_with_all_its_problems() {
        Refused refused = assertThrows(
                Refused.class,
                () -> plan(BASE.replace("node_id: n", "nodeid: n")
                        .replace("target_backend: c", "target_backend: nobody")));
        assertEquals(Refused.Reason.INVALID, refused.reason());
        assertEquals(2, refused.problems().size(), refused.problems().toString());
        assertTrue(refused.problems().get(0).startsWith(folder.resolve("config.yaml") + ":1:1 nodeid: unknown key"));
        assertThrows(Refused.class, () -> plan("frontend_services: ["));
        assertTrue(toy.node().plan(Optional.empty()).changesNothing());
    }

    @Test
    void a_plan_leaves_no_trace() throws IOException {
        String group = toy.instance("backend_groups[app].algorithm");
        String front = toy.instance("frontend_services[front]");
        int pages = toy.node().endpoints().size();
        plan(BASE.replace("salt: s", "salt: u")
                .replace("default_backend: app", "default_backend: app, suffix: x")
                .replace("name: side", "name: other")
                .replace("front, side", "front"));
        assertEquals(group, toy.instance("backend_groups[app].algorithm"));
        assertEquals(front, toy.instance("frontend_services[front]"));
        assertEquals(pages, toy.node().endpoints().size());
        assertEquals(2, toy.node().state().frontends().size());
    }
}

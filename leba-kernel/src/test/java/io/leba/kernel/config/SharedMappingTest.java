package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Default;
import io.leba.spi.config.Inline;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import io.leba.spi.health.HealthCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Mappings whose keys belong to several records. */
class SharedMappingTest {
    record Frontend(String name, int port, Position position) {}

    record Http(@Default("8KiB") ByteSize maxHead, Optional<Duration> idle) {}

    @Inline
    record Api(int apiPort, Optional<String> apiAddress) {}

    record Clash(int port) {}

    record Schedule(
            @Flat Slot<HealthCheck> probe,
            @Default("5s") Duration interval,
            @Default("2s") Duration timeout) {
        Schedule {
            if (timeout.compareTo(interval) > 0) {
                throw new InvalidConfig("timeout", "must not exceed interval");
            }
        }
    }

    record Group(Optional<Schedule> healthCheck) {}

    private final Problems problems = new Problems();
    private final Binder binder = new Binder(new Installed());

    private static MappingNode parse(String yaml) {
        return new ConfigLoader(name -> null).parse(yaml, "c.yaml").root();
    }

    private String told() {
        return String.join("\n", problems.list().stream().map(Problem::toString).toList());
    }

    @Test
    void each_record_takes_the_keys_that_it_knows() {
        BoundMapping bound = binder.bindAll(
                parse("name: web\nport: 80\nmax_head: 16KiB\nrate_limit: 5/s\n"),
                List.of(Frontend.class, Http.class),
                "frontend_services[web]",
                problems);
        assertEquals("", told());
        assertEquals("web", bound.get(Frontend.class).name());
        assertEquals(
                "frontend_services[web]", bound.get(Frontend.class).position().path());
        assertEquals(16384, bound.get(Http.class).maxHead().bytes());
        assertEquals(1, bound.unclaimed().size());
        UnclaimedKey key = bound.unclaimed().get(0);
        assertEquals("rate_limit", key.key());
        assertEquals(
                "c.yaml:4:1 frontend_services[web].rate_limit", key.position().toString());
        assertEquals("'5/s'", key.value().describe());
    }

    @Test
    void a_record_with_problems_is_not_there_and_the_others_are() {
        BoundMapping bound =
                binder.bindAll(parse("name: web\nport: x\n"), List.of(Frontend.class, Http.class), "", problems);
        assertEquals("c.yaml:2:7 port: must be a whole number, got 'x'", told());
        assertNull(bound.get(Frontend.class));
        assertEquals(Optional.empty(), bound.find(Frontend.class));
        assertEquals(Optional.of(new Http(new ByteSize(8192), Optional.empty())), bound.find(Http.class));
    }

    @Test
    void an_inline_record_is_made_once_one_of_its_keys_is_written() {
        assertNull(binder.bindAll(parse("name: a\nport: 1\n"), List.of(Frontend.class, Api.class), "", problems)
                .get(Api.class));
        assertEquals("", told());
        assertEquals(
                new Api(8080, Optional.empty()),
                binder.bindAll(parse("api_port: '8080'\n"), List.of(Api.class), "", problems)
                        .get(Api.class));
        binder.bindAll(parse("api_address: x\n"), List.of(Api.class), "", problems);
        assertEquals("c.yaml:1:1 api_port: is required", told());
    }

    @Test
    void two_records_cannot_know_the_same_key() {
        assertEquals(
                "configuration record " + Clash.class.getName() + ": key 'port' belongs to " + Frontend.class.getName()
                        + " already",
                assertThrows(
                                RecordDefect.class,
                                () -> binder.bindAll(
                                        parse("port: 1"), List.of(Frontend.class, Clash.class), "", problems))
                        .getMessage());
    }

    @Test
    void keys_that_nobody_owns_are_told_with_the_nearest_key() {
        BoundMapping bound = binder.bindAll(
                parse("name: a\nport: 1\nmax_haed: 1\nfailover_groups: []\n"),
                List.of(Frontend.class, Http.class),
                "",
                problems);
        List<String> candidates = new ArrayList<>(binder.keys(Frontend.class));
        candidates.addAll(binder.keys(Http.class));
        assertEquals(List.of("name", "port", "max_head", "idle"), candidates);
        Binder.reportUnknown(bound.unclaimed(), candidates, problems);
        assertEquals("""
                c.yaml:3:1 max_haed: unknown key; did you mean 'max_head'?
                c.yaml:4:1 failover_groups: unknown key; no installed plugin owns 'failover_groups'""", told());
    }

    @Test
    void a_flat_slot_takes_the_keys_that_its_record_does_not_know() {
        Group group =
                binder.bind(parse("health_check: {type: http, interval: 3s, path: /healthz}"), Group.class, problems);
        assertEquals("", told());
        Schedule schedule = group.healthCheck().orElseThrow();
        assertEquals(Duration.ofSeconds(3), schedule.interval());
        assertEquals("http", schedule.probe().type());
        assertEquals(
                new Installed.HttpCheck("/healthz", List.of(200, 204)),
                schedule.probe().config());
        assertEquals("c.yaml:1:15 health_check", schedule.probe().position().toString());
    }

    @Test
    void a_word_fills_a_flat_slot_and_leaves_the_rest_to_defaults() {
        Schedule schedule = binder.bind(parse("health_check: tcp"), Group.class, problems)
                .healthCheck()
                .orElseThrow();
        assertEquals("tcp", schedule.probe().type());
        assertEquals(Duration.ofSeconds(5), schedule.interval());
    }

    @Test
    void problems_of_a_flat_slot_are_told_beside_those_of_its_record() {
        for (String yaml : List.of(
                "health_check: {type: http, interval: 3, paht: /}",
                "health_check: {interval: 1s}",
                "health_check: icmp",
                "health_check: {type: tcp, path: /}",
                "health_check: [http]")) {
            assertNull(binder.bind(parse(yaml), Group.class, problems));
        }
        assertEquals("""
                c.yaml:1:15 health_check.type: is required; installed: http, tcp
                c.yaml:1:15 health_check: no installed plugin provides health check 'icmp'; installed: http, tcp
                c.yaml:1:15 health_check: must be a mapping with the keys interval, timeout, got a list
                c.yaml:1:27 health_check.path: unknown key; no keys can stand here
                c.yaml:1:38 health_check.interval: must be a duration with a unit, such as 250ms, 30s or 5m, got 3; did you mean '3s'?
                c.yaml:1:41 health_check.paht: unknown key; did you mean 'path'?""", told());
        assertNull(new Binder(new Installed())
                .bind(parse("health_check: {type: tcp, interval: 1s}"), Group.class, new Problems()));
    }

    @Test
    void slots_are_equal_if_type_provider_and_configuration_are() {
        Group one = bindGroup("1.0", "{type: http, path: /a}");
        assertEquals(one, bindGroup("1.0", "{path: /a, type: http, status: [200, 204]}"));
        assertEquals(one.hashCode(), bindGroup("1.0", "{type: http, path: /a}").hashCode());
        assertNotEquals(one, bindGroup("1.0", "{type: http, path: /b}"));
        assertNotEquals(one, bindGroup("2.0", "{type: http, path: /a}"));
        assertNotEquals(bindGroup("1.0", "tcp"), bindGroup("1.0", "http"));
    }

    private Group bindGroup(String realm, String check) {
        return new Binder(new Installed(realm)).bind(parse("health_check: " + check), Group.class, problems);
    }
}

package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.config.Default;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import io.leba.spi.config.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BinderTest {
    record Group(
            String name,
            @Default("round-robin") Slot<BalancerPolicy> algorithm,
            @Default("30s") @Range(min = "1ms") Duration connectTimeout,
            Position position) {}

    record Document(List<Group> backendGroups, Map<String, List<Integer>> allowedPorts, Optional<String> nodeId) {}

    record Sampling(
            @Default("2") @Range(min = "2", max = "16") int sample) {}

    record Nothing() {}

    static final SlotResolver INSTALLED = new SlotResolver() {
        private final Map<String, SlotTarget> targets = Map.of(
                "round-robin", new SlotTarget(Nothing.class, "rr 1"),
                "least-connections", new SlotTarget(Sampling.class, "lc 1"));

        @Override
        public Optional<SlotTarget> resolve(Class<?> product, String type) {
            return product == BalancerPolicy.class ? Optional.ofNullable(targets.get(type)) : Optional.empty();
        }

        @Override
        public List<String> types(Class<?> product) {
            return product == BalancerPolicy.class
                    ? targets.keySet().stream().sorted().toList()
                    : List.of();
        }
    };

    private final Problems problems = new Problems();

    private Document bind(String yaml) {
        MappingNode root =
                new ConfigLoader(name -> null).parse(yaml, "config.yaml").root();
        return new Binder(INSTALLED).bind(root, Document.class, problems);
    }

    @Test
    void a_document_becomes_records_with_their_places() {
        Document document = bind("""
                node_id: 7
                allowed_ports: {http: [80, "8080"], https: 443}
                backend_groups:
                  - name: api
                    algorithm: {type: least-connections, sample: 4}
                    connect_timeout: 250ms
                  - name: web
                """);
        assertEquals(List.of(), problems.list());
        assertEquals(Optional.of("7"), document.nodeId());
        assertEquals(Map.of("http", List.of(80, 8080), "https", List.of(443)), document.allowedPorts());
        Group api = document.backendGroups().get(0);
        assertEquals(Duration.ofMillis(250), api.connectTimeout());
        assertEquals("config.yaml:4:5 backend_groups[api]", api.position().toString());
        assertEquals(
                "config.yaml:5:16 backend_groups[api].algorithm",
                api.algorithm().position().toString());
        assertEquals(new Sampling(4), api.algorithm().config());
        assertEquals("round-robin", document.backendGroups().get(1).algorithm().type());
    }

    @Test
    void all_problems_are_told_at_once_each_at_its_place() {
        assertNull(bind("""
                        backend_groups:
                          - name: api
                            algorithm: {type: least-connections, sample: 1}
                            helth_check: tcp
                            conect_timeout: 5
                          - algorithm: least-conections
                            connect_timeout: 30
                        """));
        assertEquals("""
                config.yaml:3:50 backend_groups[api].algorithm.sample: must be between 2 and 16, got 1
                config.yaml:4:5 backend_groups[api].helth_check: unknown key; known here: name, algorithm, connect_timeout
                config.yaml:5:5 backend_groups[api].conect_timeout: unknown key; did you mean 'connect_timeout'?
                config.yaml:6:5 backend_groups[1].name: is required
                config.yaml:6:16 backend_groups[1].algorithm: no installed plugin provides balancer 'least-conections'; installed: least-connections, round-robin; did you mean 'least-connections'?
                config.yaml:7:22 backend_groups[1].connect_timeout: must be a duration with a unit, such as 250ms, 30s or 5m, got 30; did you mean '30s'?
                6 problems""", problems.toString());
    }
}

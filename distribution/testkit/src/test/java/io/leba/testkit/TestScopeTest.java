package io.leba.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LoopHistogram.Snapshot;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.discovery.BackendSpec;
import io.leba.testkit.discovery.RecordingSink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestScopeTest {
    private final TestScope scope = new TestScope("a.b", 3);

    private record Place(String type) implements Slot<String> {
        @Override
        public Record config() {
            return this;
        }

        @Override
        public Position position() {
            return Position.NONE;
        }
    }

    @Test
    void aSlotOpensToWhatTheTestFilledIn() {
        scope.fill(new Place("x"), "product");

        assertEquals("product", scope.open(new Place("x")));
        assertThrows(IllegalStateException.class, () -> scope.open(new Place("y")));
    }

    @Test
    void whatAnExtensionOffersIsSeen() {
        AdminEndpoint page = new AdminEndpoint() {
            @Override
            public String path() {
                return "/x";
            }

            @Override
            public String title() {
                return "X";
            }

            @Override
            public Answer get(Request request) {
                return new Answer(200, "text/plain", new byte[0]);
            }
        };
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        scope.publish(page);
        scope.attach(registry);

        assertEquals(List.of(page), scope.endpoints());
        assertEquals(List.of(registry), scope.registries());
        assertEquals("a.b", scope.path());
        assertEquals(3, scope.loops());
    }

    @Test
    void aHistogramIsExact() {
        for (long value : new long[] {30, 10, 20}) {
            scope.meters().histogram("leba_time", "Time.").record(0, value);
        }
        Snapshot snapshot = scope.meters().histogram("leba_time", "Time.").snapshot();

        assertEquals(3, snapshot.count());
        assertEquals(60, snapshot.sumNanos());
        assertEquals(30, snapshot.maxNanos());
        assertEquals(20, snapshot.quantileNanos(0.5));
        assertEquals(2, snapshot.countAtMost(20));
        assertEquals(
                0, scope.meters().histogram("leba_none", "None.").snapshot().quantileNanos(1));
        assertTrue(Double.isNaN(scope.measured().value("leba_none")));
    }

    @Test
    void aLoneNodeLeadsItself() {
        ClusterState cluster = scope.cluster();
        List<Map<String, String>> seen = new ArrayList<>();
        cluster.map("m").onChange(seen::add);
        cluster.map("m").put("k", "v");
        cluster.map("m").put("k", "v"); // changes nothing, so nobody hears of it
        cluster.map("m").remove("k");
        cluster.map("m").remove("k");
        cluster.counter("c").add(2);

        assertTrue(cluster.isLeader());
        assertEquals(Set.of(cluster.nodeId()), cluster.nodes());
        assertEquals(List.of(Map.of("k", "v"), Map.of()), seen);
        assertEquals(Map.of(), cluster.map("m").entries());
        assertEquals(2, cluster.counter("c").sum());
        cluster.onMembership(() -> {}).close();
    }

    @Test
    void timePassesWhenItIsTurned() {
        long before = scope.time().nanos();
        scope.time().advance(Duration.ofSeconds(2));

        assertEquals(2_000_000_000L, scope.time().nanos() - before);
        assertEquals("2025-01-01T00:00:02Z", scope.time().now().toString());
    }

    @Test
    void aSinkRemembersWhatItWasTold() {
        RecordingSink sink = new RecordingSink();
        assertThrows(AssertionError.class, sink::backends);
        sink.failed("no");
        sink.deliver(List.of(BackendSpec.of("a", 1)));

        assertEquals(List.of("a:1"), sink.names());
        assertEquals(List.of("no"), sink.failures());
        assertEquals(1, sink.deliveries().size());
        assertSame(sink.backends(), sink.deliveries().get(0));
    }

    @Test
    void allocationIsCounted() {
        Object[] sink = new Object[1];

        assertEquals(0, Allocation.bytes(1000, () -> sink[0] = this));
        assertTrue(Allocation.bytes(1000, () -> sink[0] = new long[10]) >= 80_000);
    }
}

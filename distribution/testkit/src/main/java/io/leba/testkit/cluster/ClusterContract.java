package io.leba.testkit.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Background.Cancellable;
import io.leba.spi.LebaPlugin;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.cluster.ClusterState.SharedMap;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import io.leba.testkit.waiting.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What the shared state of a cluster keeps on one node that is alone, beside what every extension does. */
public abstract class ClusterContract extends ExtensionContract<ClusterProvider<?>, ClusterState> {

    /**
     * For the test of a cluster.
     *
     * @param type the word of its provider
     */
    protected ClusterContract(LebaPlugin plugin, String type) {
        super(ClusterProvider.class, ClusterState.class, plugin, type);
    }

    /** How long a change may take to be seen. */
    protected Duration patience() {
        return Patience.limit();
    }

    @Override
    protected void use(ClusterState made, TestScope within) {
        made.counter("used").add(1);
        made.map("used").put("key", "value");
        within.background().runDue();
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, what + " was not seen within " + patience());
            scope().background().advance(Duration.ofMillis(100));
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aNodeThatIsAloneIsAmongTheLivingAndLeads() {
        ClusterState state = create();

        await("itself", () -> state.nodes().contains(state.nodeId()));
        await("that it leads", state::isLeader);
        assertFalse(state.nodeId().isBlank());
    }

    @Test
    void theSameNameIsTheSameCounter() {
        ClusterState state = create();
        state.counter("requests").add(2);
        state.counter("requests").add(3);
        state.counter("others").add(7);

        await("the sum", () -> state.counter("requests").sum() == 5);
        assertEquals(7, state.counter("others").sum());
    }

    @Test
    void theSameNameIsTheSameMap() {
        ClusterState state = create();
        state.map("m").put("a", "1");
        state.map("m").put("b", "2");
        state.map("m").put("a", "3");
        state.map("m").remove("b");

        await("the entries", () -> state.map("m").entries().equals(Map.of("a", "3")));
        assertEquals(Map.of(), state.map("other").entries());
    }

    @Test
    void theEntriesGivenOutDoNotChange() {
        SharedMap map = create().map("m");
        map.put("a", "1");
        await("the entry", () -> map.entries().containsKey("a"));
        Map<String, String> before = map.entries();
        map.put("a", "2");
        await("the change", () -> "2".equals(map.entries().get("a")));

        assertEquals(Map.of("a", "1"), before);
        assertThrows(UnsupportedOperationException.class, () -> map.entries().put("b", "1"));
    }

    @Test
    void aListenerIsToldOfTheEntriesUntilItIsTakenBack() {
        SharedMap map = create().map("m");
        List<Map<String, String>> told = new CopyOnWriteArrayList<>();
        Cancellable listening = map.onChange(told::add);
        map.put("a", "1");
        await("the change", () -> told.contains(Map.of("a", "1")));
        listening.close();
        listening.close();
        int before = told.size();
        map.put("a", "2");
        await("the change", () -> "2".equals(map.entries().get("a")));
        scope().background().advance(Duration.ofSeconds(1));

        assertEquals(before, told.size(), "told after it was taken back");
    }

    @Test
    void noMethodWaits() {
        ClusterState state = create();
        use(state, scope());

        OnLoopGuard.run("the cluster's state", () -> {
            state.counter("c").add(1);
            state.counter("c").sum();
            state.map("m").put("a", "b");
            state.map("m").entries();
            state.map("m").remove("a");
            state.nodes();
            state.isLeader();
            state.onMembership(() -> {}).close();
        });
    }
}

package io.leba.kernel.backend;

import static io.leba.kernel.backend.TurnedGround.at;
import static io.leba.kernel.backend.TurnedGround.spec;
import static io.leba.kernel.backend.TurnedGround.weights;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.backend.TurnedGround.Lookup;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.ProbeResult;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GroupNamesTest {
    private final TurnedGround turned = new TurnedGround();
    private final GroupRuntime group = turned.group();

    private static InetAddress address(String text) {
        return GroupNames.literal(text);
    }

    private void found(String... addresses) {
        Lookup lookup = turned.lookups.remove(0);
        lookup.found()
                .accept(List.of(addresses).stream().map(GroupNamesTest::address).toList());
        turned.control.run();
    }

    private void failed(String reason) {
        turned.lookups.remove(0).failed().accept(reason);
        turned.control.run();
    }

    private BackendState state() {
        return group.state().backends().get(0);
    }

    @Test
    void anAddressNeedsNoLookup() {
        CompletableFuture<Void> known = group.members(List.of(spec("a"), at("b", "localhost"), at("c", "::1")))
                .toCompletableFuture();

        assertTrue(known.isDone());
        assertEquals(List.of(), turned.lookups);
        assertEquals(Map.of("a", 1, "b", 1, "c", 1), weights(group));
        assertTrue(group.members().backend(1).address().getAddress().isLoopbackAddress());
        assertNull(GroupNames.literal("example.test"));
        assertNull(GroupNames.literal("1.2.3"));
    }

    @Test
    void aNamedBackendWaitsForItsAddress() {
        CompletableFuture<Void> known =
                group.members(List.of(at("a", "web.test"))).toCompletableFuture();
        assertFalse(known.isDone());
        assertEquals(Map.of("a", 0), weights(group));
        assertEquals("web.test", turned.lookups.get(0).host());
        assertEquals("down", state().health());
        assertEquals("host name web.test is being looked up", state().reason());
        assertEquals("web.test:80", state().address());

        found("192.0.2.1", "192.0.2.2");
        assertTrue(known.isDone());
        assertEquals(Map.of("a", 1), weights(group));
        assertEquals("192.0.2.1:80", state().address());
        assertEquals("unchecked", state().health());
        assertEquals("", state().reason());
    }

    @Test
    void anAddressStaysForAsLongAsTheNameHasIt() {
        group.members(List.of(at("a", "web.test")));
        found("192.0.2.1", "192.0.2.2");
        turned.dropped.clear();

        turned.control.advance(GroupNames.REFRESH);
        found("192.0.2.2", "192.0.2.1");
        assertEquals("192.0.2.1:80", state().address());
        assertEquals(List.of(), turned.dropped);

        turned.control.advance(GroupNames.REFRESH);
        found("192.0.2.3");
        assertEquals("192.0.2.3:80", state().address());
        assertEquals(1, turned.dropped.size());
        assertFalse(turned.dropped.get(0).isGone());
    }

    @Test
    void aFailedLookupKeepsTheLastAddressAndIsTriedAgain() {
        CompletableFuture<Void> known =
                group.members(List.of(at("a", "web.test"))).toCompletableFuture();
        failed("unknown host");
        assertTrue(known.isDone());
        assertEquals(Map.of("a", 0), weights(group));
        assertEquals("host name web.test cannot be looked up: unknown host", state().reason());

        turned.control.advance(GroupNames.REFRESH);
        found("192.0.2.1");
        assertEquals(Map.of("a", 1), weights(group));
        turned.control.advance(GroupNames.REFRESH);
        failed("unknown host");
        assertEquals(Map.of("a", 1), weights(group));
        assertEquals("192.0.2.1:80", state().address());
        turned.control.advance(GroupNames.REFRESH);
        assertEquals(1, turned.lookups.size());
    }

    @Test
    void aBackendThatLeftIsNotLookedUpAgain() {
        CompletableFuture<Void> known =
                group.members(List.of(at("a", "web.test"))).toCompletableFuture();
        group.members(List.of());
        assertTrue(known.isDone());
        found("192.0.2.1");
        turned.control.advance(GroupNames.REFRESH.multipliedBy(3));

        assertEquals(List.of(), turned.lookups);
        assertEquals(0, turned.control.waiting());
    }

    @Test
    void aNamedBackendIsProbedOnceItHasAnAddressAndAtOnceWhenItMoves() {
        group.prepare(new GroupSettings(
                        "test",
                        set -> context -> 0,
                        Optional.of((BackgroundCheck) target -> ProbeResult.up()),
                        new HealthSchedule(Duration.ofHours(1), Duration.ofSeconds(1), 1, 1, 0, Optional.empty()),
                        PoolSettings.DEFAULT,
                        Duration.ofSeconds(1),
                        1,
                        Optional.empty()))
                .commit();
        group.members(List.of(at("a", "web.test")));
        turned.control.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), turned.probes);

        found("192.0.2.1");
        assertEquals(1, turned.probes.size());
        turned.answer(ProbeResult.up());
        turned.control.advance(GroupNames.REFRESH);
        found("192.0.2.9");
        assertEquals(1, turned.probes.size());
        turned.answer(ProbeResult.down("refused"));
        assertEquals("refused", state().reason());
    }
}

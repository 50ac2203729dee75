package io.leba.kernel.backend;

import static io.leba.kernel.backend.TurnedGround.NO_KEYS;
import static io.leba.kernel.backend.TurnedGround.spec;
import static io.leba.kernel.backend.TurnedGround.weights;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.backend.TurnedGround.NumberedLoop;
import io.leba.kernel.contain.Quarantine;
import io.leba.leakguard.allocation.Allocation;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.HashKey;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.NodeState.GroupState;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.protocol.Group.ExchangeKeys;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GroupRuntimeTest {
    private final TurnedGround turned = new TurnedGround();
    private final GroupRuntime group = turned.group();
    private final Loop loop = new NumberedLoop(0);
    private final Loop otherLoop = new NumberedLoop(1);

    private void use(BalancerPolicy policy, BackendSpec... specs) {
        group.members(List.of(specs));
        group.prepare(GroupSettings.of("test", policy)).commit();
    }

    /** Always the same index. */
    private static BalancerPolicy always(int index) {
        return set -> context -> index;
    }

    private Backend pick() {
        return group.pick(loop, NO_KEYS, new Tried());
    }

    @Test
    void picksWhatTheAlgorithmPicksAndCountsItUntilItIsFinished() {
        use(always(1), spec("a"), spec("b"));
        Tried tried = new Tried();
        Backend one = group.pick(loop, NO_KEYS, tried);
        Backend two = group.pick(otherLoop, NO_KEYS, new Tried());

        assertEquals("b", one.name());
        assertEquals("app", one.group());
        assertTrue(tried.contains(one));
        assertSame(one, two);
        assertEquals(2, one.inFlight());
        assertEquals(2, group.members().inFlight(1));

        group.finish(loop, one, Outcome.SUCCESS, 1_000_000);
        group.finish(otherLoop, two, Outcome.BACKEND_RESET, -1);
        assertEquals(0, one.inFlight());
        BackendState state = group.state().backends().get(1);
        assertEquals(2, state.exchanges());
        assertEquals(1, state.failures());
    }

    @Test
    void showsItsCountsToMicrometer() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        turned.meters.attach(registry);
        use(always(0), spec("a"));
        Backend backend = pick();
        pick();
        group.finish(loop, backend, Outcome.SUCCESS, 2_000_000);

        assertEquals(
                1,
                registry.get("leba_backend_exchanges")
                        .tags("group", "app", "backend", "a")
                        .functionCounter()
                        .count());
        assertEquals(1, registry.get("leba_backend_in_flight").gauge().value());
        assertEquals(1, registry.get("leba_backend_up").gauge().value());
        assertEquals(1, registry.get("leba_backend_weight").gauge().value());
        assertEquals(1, registry.get("leba_backend_latency").functionTimer().count());
        group.members(List.of());
        assertNull(registry.find("leba_backend_exchanges").meter());
        assertNull(pick());
        assertEquals(1, registry.get("leba_group_unavailable").functionCounter().count());
    }

    @Test
    void pickingAndFinishingAllocateNothing() {
        use(set -> context -> context.random(set.size()), spec("a"), spec("b"), spec("c"));
        Tried tried = new Tried();

        long bytes = Allocation.bytes(10_000, () -> {
            tried.clear();
            Backend first = group.pick(loop, NO_KEYS, tried);
            Backend second = group.pick(loop, NO_KEYS, tried);
            group.finish(loop, first, Outcome.CONNECT_FAILED, -1);
            group.finish(loop, second, Outcome.SUCCESS, 1_000_000);
        });
        assertEquals(0, bytes);
    }

    @Test
    void asksAgainWhenTheAnswerWasTriedAlready() {
        AtomicInteger asked = new AtomicInteger();
        use(set -> context -> asked.getAndIncrement() % 3, spec("a"), spec("b"), spec("c"));
        Tried tried = new Tried();
        tried.add(group.members().backend(0));
        tried.add(group.members().backend(1));

        assertEquals("c", group.pick(loop, NO_KEYS, tried).name());
        assertEquals(3, asked.get());
    }

    @Test
    void takesTheNextInOrderWhenTheAlgorithmInsistsOnWhatWasTried() {
        AtomicInteger asked = new AtomicInteger();
        use(
                set -> context -> {
                    asked.incrementAndGet();
                    return 1;
                },
                spec("a"),
                spec("b"),
                spec("c"));
        Tried tried = new Tried();

        assertEquals("b", group.pick(loop, NO_KEYS, tried).name());
        assertEquals("c", group.pick(loop, NO_KEYS, tried).name());
        assertEquals("a", group.pick(loop, NO_KEYS, tried).name());
        assertNull(group.pick(loop, NO_KEYS, tried));
        assertEquals(1 + 4 + 4 + 4, asked.get());
        assertEquals(3, tried.size());
    }

    @Test
    void anAlgorithmThatThrowsOrAnswersNonsenseCostsNoExchange() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        turned.meters.attach(registry);
        Map<String, Integer> seen = new HashMap<>();
        use(
                set -> context -> {
                    throw new StackOverflowError("thrown on purpose");
                },
                spec("a"),
                spec("b"));
        for (int i = 0; i < 200; i++) {
            seen.merge(pick().name(), 1, Integer::sum);
        }
        assertEquals(2, seen.size(), "spread without an algorithm: " + seen);
        assertEquals(
                Quarantine.STREAK,
                registry.get("leba_group_balancer_errors").functionCounter().count());

        for (int nonsense : new int[] {2, 1_000_000, Integer.MIN_VALUE, Balancer.NONE}) {
            group.prepare(GroupSettings.of("nonsense", always(nonsense))).commit();
            assertNotNull(pick(), "answer " + nonsense);
        }
    }

    @Test
    void neverPicksWhatMustNotGetNewTraffic() {
        use(always(0), spec("a", 0, 0), spec("b"));
        for (int i = 0; i < 50; i++) {
            assertEquals("b", pick().name());
        }
        use(always(0), spec("a", 0, 0), spec("b", 0, 0));
        assertNull(pick());
    }

    @Test
    void aHigherNumberServesOnlyWhenNoLowerOneCan() {
        use(always(0), spec("a", 3, 0), spec("b", 2, 1), spec("c", 5, 1));
        assertEquals(Map.of("a", 3, "b", 0, "c", 0), weights(group));
        assertEquals(1, group.members().availableCount());

        use(always(0), spec("a", 0, 0), spec("b", 2, 1), spec("c", 5, 1));
        assertEquals(Map.of("a", 0, "b", 2, "c", 5), weights(group));
    }

    @Test
    void whatDecidesAvailabilityIsInOnePlace() {
        use(always(0), spec("a", 3, 0), spec("b"));
        Availability availability = group.members().backend(0).availability();
        List<BackendEntry> entries =
                List.of(group.members().backend(0), group.members().backend(1));

        availability.override(new BackendOverride(Admin.READY, OptionalInt.of(7)));
        assertEquals(7, Availability.weights(entries)[0]);
        availability.override(new BackendOverride(Admin.DRAIN, OptionalInt.of(7)));
        assertEquals(0, Availability.weights(entries)[0]);
        availability.override(BackendOverride.NONE);
        assertEquals(3, Availability.weights(entries)[0]);
        availability.health(Availability.Health.DOWN, "broken");
        assertEquals(0, Availability.weights(entries)[0]);
    }

    @Test
    void aBackendListedAsBeforeKeepsItsIdentityAndCounts() {
        use(always(0), spec("a"), spec("b"));
        Backend before = pick();
        group.finish(loop, before, Outcome.SUCCESS, 1);

        group.members(List.of(spec("c"), spec("a", 9, 0)));
        assertSame(before, group.members().backend(1));
        assertEquals(9, before.weight());
        assertEquals(List.of("c", "a"), names());
        assertEquals(1, group.state().backends().get(1).exchanges());
        assertEquals(List.of("b"), turned.dropped.stream().map(Backend::name).toList());
        assertTrue(turned.dropped.get(0).isGone());
    }

    @Test
    void aBackendOfTheSameNameElsewhereIsAnotherOne() {
        use(always(0), spec("a"));
        Backend before = pick();
        group.members(List.of(TurnedGround.at("a", "127.0.0.2")));

        assertNotSame(before, group.members().backend(0));
        assertEquals(
                "127.0.0.2", group.members().backend(0).address().getAddress().getHostAddress());
        group.finish(loop, before, Outcome.SUCCESS, 1);
        assertEquals(0, before.inFlight());
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < group.members().size(); i++) {
            names.add(group.members().backend(i).name());
        }
        return names;
    }

    @Test
    void ofTwoWithOneNameTheFirstCounts() {
        use(always(0), spec("a", 1, 0), spec("a", 2, 0), spec("b"));

        assertEquals(List.of("a", "b"), names());
        assertEquals(1, group.members().backend(0).weight());
    }

    @Test
    void anUnchangedListCompilesNothing() {
        AtomicInteger compiled = new AtomicInteger();
        use(
                set -> {
                    compiled.incrementAndGet();
                    return context -> 0;
                },
                spec("a"),
                spec("b"));
        assertEquals(1, compiled.get());
        group.members(List.of(spec("a"), spec("b")));
        assertEquals(1, compiled.get());
        group.members(List.of(spec("a", 2, 0), spec("b")));
        assertEquals(2, compiled.get());
    }

    @Test
    void labelsMayMatterToAnAlgorithmSoTheyCompileItAnew() {
        List<String> zones = new ArrayList<>();
        BackendSpec plain = spec("a");
        use(
                set -> {
                    zones.add(set.backend(0).labels().getOrDefault("zone", "none"));
                    return context -> 0;
                },
                plain);
        group.members(List.of(new BackendSpec(
                plain.name(),
                plain.address(),
                plain.port(),
                plain.protocol(),
                plain.groupName(),
                plain.weight(),
                plain.priority(),
                Map.of("zone", "north"),
                plain.position())));

        assertEquals(List.of("none", "north"), zones);
    }

    @Test
    void whatAnAlgorithmRefusesChangesNothing() {
        use(always(0), spec("a"));
        GroupSettings refused = GroupSettings.of("bad", set -> {
            throw new InvalidConfig("no");
        });

        assertThrows(InvalidConfig.class, () -> group.prepare(refused));
        assertEquals("test", group.state().algorithm());
        assertEquals("a", pick().name());
    }

    @Test
    void preparingChangesNothingUntilItIsCommitted() {
        use(always(0), spec("a"), spec("b"));
        GroupSettings wanted = new GroupSettings(
                "second",
                always(1),
                Optional.empty(),
                HealthSchedule.DEFAULT,
                PoolSettings.DEFAULT,
                Duration.ofSeconds(9),
                7,
                Optional.empty());
        GroupRuntime.Prepared prepared = group.prepare(wanted);
        assertEquals("a", pick().name());
        assertEquals(2, group.connectRetries());

        prepared.commit();
        assertEquals("b", pick().name());
        assertEquals(7, group.connectRetries());
        assertEquals(Duration.ofSeconds(9), group.connectTimeout());
        assertFalse(group.isSecure());
        assertEquals("second", group.state().algorithm());
    }

    @Test
    void membersThatComeBetweenPreparingAndCommittingAreNotLost() {
        use(always(0), spec("a"));
        List<Integer> sizes = new ArrayList<>();
        GroupRuntime.Prepared prepared = group.prepare(GroupSettings.of("second", set -> {
            sizes.add(set.size());
            return context -> set.size() - 1;
        }));
        group.members(List.of(spec("a"), spec("b")));
        prepared.commit();

        assertEquals("b", pick().name());
        assertEquals(List.of(1, 2), sizes);
    }

    @Test
    void anAlgorithmThatFailsOnNewMembersLeavesTheGroupServing() {
        use(
                set -> {
                    if (set.size() > 1) {
                        throw new IllegalStateException("thrown on purpose");
                    }
                    return context -> 0;
                },
                spec("a"));
        group.members(List.of(spec("b"), spec("c")));

        assertTrue(List.of("b", "c").contains(pick().name()));
    }

    @Test
    void servesEvenBeforeItWasToldHow() {
        group.members(List.of(spec("a")));

        assertEquals("a", pick().name());
    }

    @Test
    void aContextTellsAnAlgorithmWhatItMayKnow() {
        List<Object> told = new ArrayList<>();
        use(
                set -> context -> {
                    told.add(context.set() == set);
                    told.add(context.loop());
                    told.add(context.isExcluded(0));
                    told.add(context.isExcluded(1));
                    told.add(context.hash(new HashKey(HashKey.Kind.HEADER, "x")));
                    told.add(context.hash(HashKey.CLIENT_IP));
                    return 1;
                },
                spec("a"),
                spec("b"));
        Tried tried = new Tried();
        tried.add(group.members().backend(0));
        group.pick(otherLoop, NO_KEYS, tried);

        assertEquals(List.of(true, 1, true, false, 77L, 77L), told);
        told.clear();
        ExchangeKeys keys = key -> key.kind() == HashKey.Kind.HEADER ? 5 : 6;
        group.pick(loop, keys, new Tried());
        assertEquals(List.of(true, 0, false, false, 5L, 6L), told);
    }

    @Test
    void randomNumbersAreInBoundsAndEven() {
        int bound = 7;
        int[] seen = new int[bound];
        use(
                set -> context -> {
                    seen[context.random(bound)]++;
                    return 0;
                },
                spec("a"));
        int rounds = 70_000;
        for (int i = 0; i < rounds; i++) {
            pick();
        }
        double chiSquare = 0;
        double expected = (double) rounds / bound;
        for (int count : seen) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        assertTrue(chiSquare < 30, "chi-square " + chiSquare);
    }

    @Test
    void aRetiredGroupHasNothingAndKeepsNothing() {
        AtomicInteger compiled = new AtomicInteger();
        use(
                set -> {
                    compiled.incrementAndGet();
                    return context -> 0;
                },
                spec("a"));
        Backend backend = pick();
        group.retire();

        assertNull(pick());
        group.finish(loop, backend, Outcome.SUCCESS, 1);
        assertEquals(1, turned.dropped.size());
        assertEquals(new GroupState("app", "http", "", List.of()), group.state());
        assertEquals(0, turned.control.waiting());
        assertEquals(List.of(), turned.meters.distributions());
    }

    @Test
    void showsOperatorsTheAddressAndHealth() {
        use(always(0), spec("a"), TurnedGround.at("v6", "::1"));
        List<BackendState> states = group.state().backends();

        assertEquals(
                new BackendState("a", "127.0.0.1:1097", 1, Optional.empty(), 1, "ready", "unchecked", "", 0, 0, 0, 0),
                states.get(0));
        assertEquals("[0:0:0:0:0:0:0:1]:80", states.get(1).address());
        assertEquals("app/a (127.0.0.1:1097)", group.members().backend(0).toString());
        assertEquals("app/127.0.0.1:7", new BackendEntry(group, BackendSpec.of("127.0.0.1", 7), 1).toString());
    }

    @Test
    void anEmptySetIsFineForEveryAlgorithm() {
        List<Integer> sizes = new ArrayList<>();
        BackendSet[] kept = new BackendSet[1];
        use(set -> {
            sizes.add(set.size());
            kept[0] = set;
            return context -> Balancer.NONE;
        });

        assertNull(pick());
        assertEquals(List.of(0), sizes);
        assertEquals(0, kept[0].availableCount());
    }

    @Test
    void positionsDoNotMakeADifference() {
        BackendSpec spec = spec("a");
        use(always(0), spec);
        Backend before = pick();
        group.members(List.of(new BackendSpec(
                spec.name(),
                spec.address(),
                spec.port(),
                spec.protocol(),
                spec.groupName(),
                spec.weight(),
                spec.priority(),
                spec.labels(),
                new Position("other.yaml", 9, 9, "x"))));

        assertSame(before, group.members().backend(0));
    }
}

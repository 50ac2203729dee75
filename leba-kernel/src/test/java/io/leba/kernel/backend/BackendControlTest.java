package io.leba.kernel.backend;

import static io.leba.kernel.backend.TurnedGround.NO_KEYS;
import static io.leba.kernel.backend.TurnedGround.spec;
import static io.leba.kernel.backend.TurnedGround.weights;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.backend.Remembered.LastHealth;
import io.leba.kernel.backend.TurnedGround.NumberedLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackendControlTest {
    private static final HealthCheck CHECK = (BackgroundCheck) target -> ProbeResult.up();
    private static final ProbeResult UP = ProbeResult.up();
    private static final ProbeResult DOWN = ProbeResult.down("status 503");
    private static final BackendChange READY = new BackendChange.Ready();
    private static final BackendChange DRAIN = new BackendChange.Drain();
    private static final BackendChange DISABLE = new BackendChange.Disable();
    private static final BackendKey A = new BackendKey("app", "a");
    private static final BackendKey B = new BackendKey("app", "b");

    private final TurnedGround turned = new TurnedGround();
    private final GroupRuntime group = turned.group();
    private final GroupRuntime single = new GroupRuntime("a", "http", turned.ground);
    private final BackendControl operators =
            new BackendControl(turned.control, turned.remembered, () -> List.of(single, group));

    private static GroupSettings settings(Optional<HealthCheck> check) {
        return new GroupSettings(
                "test",
                set -> context -> context.random(set.size()),
                check,
                new HealthSchedule(Duration.ofSeconds(5), Duration.ofSeconds(2), 2, 3, 0, Optional.empty()),
                PoolSettings.DEFAULT,
                Duration.ofSeconds(1),
                1,
                Optional.empty());
    }

    private void use(Optional<HealthCheck> check, BackendSpec... specs) {
        group.prepare(settings(check)).commit();
        group.members(List.of(specs));
        turned.control.advance(Duration.ofMillis(10));
    }

    private void use(BackendSpec... specs) {
        use(Optional.empty(), specs);
    }

    private Backend pick() {
        return group.pick(new NumberedLoop(0), NO_KEYS, new Tried());
    }

    private BackendState state(String backend) {
        return group.state().backends().stream()
                .filter(one -> one.name().equals(backend))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDrainedBackendGetsNothingNewAndFinishesWhatItHas() {
        use(spec("a"));
        Backend under = pick();
        operators.change(A, DRAIN);

        assertNull(pick(), "there is nobody else: it fails closed");
        assertEquals("drain", state("a").admin());
        assertEquals(1, state("a").weight());
        assertEquals(0, state("a").effectiveWeight());
        assertEquals(1, state("a").inFlight());
        group.finish(new NumberedLoop(0), under, Outcome.SUCCESS, 1);
        assertEquals(0, state("a").inFlight());

        operators.change(A, READY);
        assertEquals("a", pick().name());
        assertEquals(1, state("a").effectiveWeight());
    }

    @Test
    void aDrainedPriorityFallsToTheNext() {
        use(spec("a", 1, 0), spec("b", 1, 0), spec("c", 2, 1));
        operators.change(A, DRAIN);
        assertEquals(Map.of("a", 0, "b", 1, "c", 0), weights(group));
        operators.change(B, DISABLE);
        assertEquals(Map.of("a", 0, "b", 0, "c", 2), weights(group));
        operators.change(A, READY);
        assertEquals(Map.of("a", 1, "b", 0, "c", 0), weights(group));
    }

    @Test
    void aWeightHoldsThroughDrainAndReadyUntilTheConfiguredOneIsWantedAgain() {
        use(spec("a", 3, 0), spec("b"));
        operators.change(A, new BackendChange.Weight(9));
        assertEquals(9, state("a").effectiveWeight());
        assertEquals(Optional.of(9), state("a").weightOverride());
        assertEquals(3, state("a").weight());
        operators.change(A, DRAIN);
        assertEquals(0, state("a").effectiveWeight());
        assertEquals(Optional.of(9), state("a").weightOverride());
        operators.change(A, READY);
        assertEquals(9, state("a").effectiveWeight());
        operators.change(A, new BackendChange.Weight(0));
        assertEquals(Map.of("a", 0, "b", 1), weights(group));
        assertEquals("ready", state("a").admin());
        operators.change(A, new BackendChange.ConfiguredWeight());
        assertEquals(3, state("a").effectiveWeight());
        assertEquals(Map.of(), operators.overrides(), "nothing is kept of what is as configured");
    }

    @Test
    void anOverrideSurvivesAbsencesMovesAndNewSettings() {
        use(spec("a"), spec("b"));
        operators.change(A, DRAIN);
        group.members(List.of(spec("b")));
        assertEquals(Optional.of(A), operators.find("app", "a"), "so that it can be taken back");
        group.members(List.of(spec("a"), spec("b")));
        assertEquals(Map.of("a", 0, "b", 1), weights(group));
        group.members(List.of(TurnedGround.at("a", "127.0.0.9"), spec("b")));
        assertEquals(Map.of("a", 0, "b", 1), weights(group), "the same name at another address is the same backend");
        use(Optional.of(CHECK), TurnedGround.at("a", "127.0.0.9"), spec("b"));
        assertEquals("drain", state("a").admin());
    }

    @Test
    void aDrainedBackendIsProbedAndADisabledOneIsNot() {
        use(Optional.of(CHECK), spec("a"));
        turned.answer(UP);
        operators.change(A, DRAIN);
        turned.control.advance(Duration.ofSeconds(6));
        assertEquals(1, turned.probes.size());
        operators.change(A, DISABLE);
        turned.answer(DOWN);
        turned.control.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), turned.probes);
        assertEquals("unchecked", state("a").health());
        assertEquals(1, turned.dropped.size(), "idle connections are closed");
        operators.change(A, DRAIN);
        turned.control.advance(Duration.ofMillis(10));
        assertEquals(1, turned.probes.size(), "it is probed again");
        assertEquals("up", state("a").health());
    }

    @Test
    void theFirstProbeAfterDisablingDecides() {
        use(Optional.of(CHECK), spec("a"));
        turned.answer(UP);
        operators.change(A, DISABLE);
        operators.change(A, READY);
        turned.control.advance(Duration.ofMillis(10));
        turned.answer(DOWN);
        assertEquals("down", state("a").health(), "one failure is enough");

        operators.change(A, DISABLE);
        operators.change(A, READY);
        assertEquals("down", state("a").health(), "it was down, and nobody knows better yet");
        assertEquals(0, state("a").effectiveWeight());
        turned.control.advance(Duration.ofMillis(10));
        turned.answer(UP);
        assertEquals("up", state("a").health(), "one success is enough");
        assertEquals(1, state("a").effectiveWeight());
    }

    @Test
    void whatIsSaidOfABackendHoldsForTheTargetMadeOfItAndTheOtherWayRound() {
        use(spec("a"), spec("b"));
        single.prepare(settings(Optional.empty()), "app").commit();
        single.members(List.of(spec("a")));
        assertEquals(Optional.of(A), operators.find("a", "a"));
        assertEquals(Optional.of(B), operators.find("a", "b"), "the target stands for its group");
        assertEquals(List.of("a", "b"), operators.backendNames("a"));
        assertEquals(List.of("a", "app"), operators.groupNames());

        operators.change(operators.find("app", "a").orElseThrow(), DRAIN);
        assertEquals(Map.of("a", 0), weights(single));
        operators.change(operators.find("a", "a").orElseThrow(), READY);
        assertEquals(Map.of("a", 1, "b", 1), weights(group));

        Backend under = single.pick(new NumberedLoop(0), NO_KEYS, new Tried());
        assertEquals(1, operators.state(A).orElseThrow().inFlight(), "the counts of all uses are added up");
        single.finish(new NumberedLoop(0), under, Outcome.SUCCESS, 1);
        assertEquals(1, operators.state(A).orElseThrow().exchanges());
    }

    @Test
    void aTargetThatIsMadeOfAnotherGroupObeysWhatIsSaidThere() {
        use(spec("a"), spec("b"));
        single.prepare(settings(Optional.empty())).commit();
        single.members(List.of(spec("a")));
        operators.change(A, DISABLE);
        assertEquals(Map.of("a", 1), weights(single), "a group of its own");
        single.prepare(settings(Optional.empty()), "app").commit();
        assertEquals(Map.of("a", 0), weights(single));
    }

    @Test
    void anEarlierRunsKnowledgeIsTheStartUntilTheFirstProbe() {
        operators.restoreOverrides(Map.of(B, new BackendOverride(Admin.DRAIN, OptionalInt.of(4))));
        operators.restoreHealth(
                Map.of(A, new LastHealth(false, "status 500"), new BackendKey("app", "c"), new LastHealth(true, "")));
        use(Optional.of(CHECK), spec("a"), spec("b"), spec("c"));
        assertEquals(Map.of("a", 0, "b", 0, "c", 1), weights(group));
        assertEquals("down", state("a").health());
        assertEquals("status 500", state("a").reason());
        assertEquals(new LastHealth(false, "status 500"), operators.health().get(A));
        assertEquals(Optional.of(4), state("b").weightOverride());

        turned.answer(UP);
        assertEquals(Map.of("a", 1, "b", 0, "c", 1), weights(group));
        assertEquals(new LastHealth(true, ""), operators.health().get(A));
        group.members(List.of());
        group.members(List.of(spec("a")));
        assertEquals("up", state("a").health(), "what was presumed is forgotten once it was looked at");
    }

    @Test
    void presumedHealthDoesNotMatterWithoutACheck() {
        operators.restoreHealth(Map.of(A, new LastHealth(false, "status 500")));
        use(spec("a"));
        assertEquals(Map.of("a", 1), weights(group));
        assertEquals("unchecked", state("a").health());
    }

    @Test
    void tellsWhenSomethingIsToBeRemembered() {
        AtomicInteger told = new AtomicInteger();
        operators.onChange(told::incrementAndGet);
        use(Optional.of(CHECK), spec("a"));
        turned.answer(DOWN);
        assertEquals(1, told.get());
        operators.change(A, DRAIN);
        assertEquals(2, told.get());
        operators.change(A, DRAIN);
        assertEquals(2, told.get(), "nothing changed");
    }

    @Test
    void theStateIsAMeter() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        turned.meters.attach(registry);
        use(spec("a"));
        for (Admin admin : Admin.values()) {
            operators.change(A, List.of(READY, DRAIN, DISABLE).get(admin.ordinal()));
            assertEquals(
                    admin.ordinal(),
                    registry.get("leba_backend_admin_state").gauge().value());
        }
    }

    @Test
    void weightsThatTheConfigurationWouldRefuseAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new BackendOverride(Admin.READY, OptionalInt.of(BackendChange.Weight.MAX + 1)));
        assertTrue(new BackendOverride(Admin.DISABLED, OptionalInt.of(0))
                .toString()
                .contains("disabled, weight 0"));
    }
}

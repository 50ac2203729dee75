package io.leba.kernel.backend;

import static io.leba.kernel.backend.TurnedGround.spec;
import static io.leba.kernel.backend.TurnedGround.weights;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.backend.TurnedGround.Probe;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.ProbeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final ProbeResult UP = ProbeResult.up();
    private static final ProbeResult DOWN = ProbeResult.down("status 503");
    private static final HealthCheck CHECK = (BackgroundCheck) target -> UP;

    private final TurnedGround turned = new TurnedGround();
    private final GroupRuntime group = turned.group();

    private static HealthSchedule schedule(int rise, int fall, double jitter, String fast) {
        return new HealthSchedule(
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                rise,
                fall,
                jitter,
                fast.isEmpty() ? Optional.empty() : Optional.of(Duration.parse(fast)));
    }

    private void use(Optional<HealthCheck> check, HealthSchedule schedule, BackendSpec... specs) {
        group.prepare(new GroupSettings(
                        "test",
                        set -> context -> 0,
                        check,
                        schedule,
                        PoolSettings.DEFAULT,
                        Duration.ofSeconds(1),
                        1,
                        Optional.empty()))
                .commit();
        group.members(List.of(specs));
        turned.control.advance(Duration.ofMillis(10));
    }

    private BackendState state(int index) {
        return group.state().backends().get(index);
    }

    /** Lets time pass until the next probe, and answers it. */
    private Probe next(ProbeResult result) {
        for (int i = 0; turned.probes.isEmpty(); i++) {
            assertTrue(i < 2_000, "no probe in 20 s");
            turned.control.advance(Duration.ofMillis(10));
        }
        return turned.answer(result);
    }

    @Test
    void aNewBackendServesUntilItsFirstProbeFails() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"), spec("b"));
        assertEquals(Map.of("a", 1, "b", 1), weights(group));
        assertEquals("up", state(0).health());

        turned.answer(DOWN);
        turned.answer(UP);
        assertEquals(Map.of("a", 0, "b", 1), weights(group));
        assertEquals("down", state(0).health());
        assertEquals("status 503", state(0).reason());
    }

    @Test
    void afterTheFirstResultAVerdictNeedsItsSeries() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));
        next(UP);
        next(DOWN);
        next(DOWN);
        assertEquals("up", state(0).health());
        next(DOWN);
        assertEquals("down", state(0).health());
        next(UP);
        assertEquals("down", state(0).health());
        next(DOWN);
        next(UP);
        assertEquals("down", state(0).health());
        next(UP);
        assertEquals("up", state(0).health());
        assertEquals("", state(0).reason());
    }

    @Test
    void probesFollowTheIntervalFromStartToStart() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));
        List<Long> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            while (turned.probes.isEmpty()) {
                turned.control.advance(Duration.ofMillis(100));
            }
            turned.control.advance(Duration.ofMillis(1_500));
            starts.add(turned.answer(UP).atNanos());
        }
        for (int i = 1; i < starts.size(); i++) {
            assertEquals(Duration.ofSeconds(5).toNanos(), starts.get(i) - starts.get(i - 1));
        }
    }

    @Test
    void aSlowProbeIsFollowedAtOnceButNeverOverlapped() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));
        turned.control.advance(Duration.ofSeconds(7));
        assertEquals(1, turned.probes.size());
        turned.answer(UP);
        turned.control.advance(Duration.ZERO);
        assertEquals(1, turned.probes.size());
    }

    @Test
    void theFastIntervalCountsWhileTheVerdictMayChange() {
        use(Optional.of(CHECK), schedule(2, 2, 0, "PT0.5S"), spec("a"));
        long first = next(UP).atNanos();
        long second = next(DOWN).atNanos();
        long third = next(DOWN).atNanos();
        long fourth = next(UP).atNanos();
        long fifth = next(UP).atNanos();
        long sixth = next(UP).atNanos();

        assertEquals(5_000, (second - first) / 1_000_000);
        assertEquals(500, (third - second) / 1_000_000);
        assertEquals(5_000, (fourth - third) / 1_000_000);
        assertEquals(500, (fifth - fourth) / 1_000_000);
        assertEquals(5_000, (sixth - fifth) / 1_000_000);
    }

    @Test
    void jitterStaysInItsBoundsAndReachesThem() {
        HealthSchedule schedule = schedule(1, 1, 0.2, "PT1S");
        assertEquals(Duration.ofSeconds(4), schedule.next(false, 0));
        assertEquals(Duration.ofSeconds(5), schedule.next(false, 0.5));
        assertTrue(schedule.next(false, Math.nextDown(1.0)).compareTo(Duration.ofSeconds(6)) <= 0);
        assertEquals(Duration.ofMillis(800), schedule.next(true, 0));
        assertTrue(schedule(1, 1, 1, "").next(false, 0).toNanos() > 0);

        use(Optional.of(CHECK), schedule, spec("a"));
        long before = next(UP).atNanos();
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 200; i++) {
            long at = next(UP).atNanos();
            least = Math.min(least, at - before);
            most = Math.max(most, at - before);
            before = at;
        }
        assertTrue(least >= 4_000_000_000L && least < 4_200_000_000L, "least " + least);
        assertTrue(most <= 6_000_000_000L && most > 5_800_000_000L, "most " + most);
    }

    @Test
    void firstProbesOfManyBackendsAreSpread() {
        BackendSpec[] specs = new BackendSpec[100];
        for (int i = 0; i < specs.length; i++) {
            specs[i] = BackendSpec.of("127.0.0.1", 1 + i);
        }
        group.prepare(new GroupSettings(
                        "test",
                        set -> context -> 0,
                        Optional.of(CHECK),
                        schedule(1, 1, 0, ""),
                        PoolSettings.DEFAULT,
                        Duration.ofSeconds(1),
                        1,
                        Optional.empty()))
                .commit();
        group.members(List.of(specs));
        turned.control.advance(Duration.ZERO);
        assertEquals(1, turned.probes.size());
        turned.control.advance(Duration.ofMillis(49));
        assertEquals(50, turned.probes.size());
        turned.control.advance(Duration.ofMillis(50));
        assertEquals(100, turned.probes.size());
    }

    @Test
    void aBackendThatLeavesIsNotProbedAnyMoreAndALateResultIsIgnored() {
        use(Optional.of(CHECK), schedule(1, 1, 0, ""), spec("a"), spec("b"));
        assertEquals(2, turned.probes.size());
        group.members(List.of(spec("b")));
        Probe left = turned.probes.get(0);
        assertTrue(left.cancelled()[0]);
        assertFalse(turned.probes.get(1).cancelled()[0]);

        BackendEntry gone = (BackendEntry) left.target().backend();
        left.onResult().accept(DOWN);
        turned.control.run();
        assertEquals(Availability.Health.STARTING, gone.availability().health());
        assertEquals(Map.of("b", 1), weights(group));
        turned.probes.clear();
        turned.control.advance(Duration.ofSeconds(30));
        assertEquals(List.of(), turned.probes);
    }

    @Test
    void equalSettingsDisturbNoProbe() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));
        Probe under = turned.probes.get(0);
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));

        assertFalse(under.cancelled()[0]);
        assertEquals(1, turned.probes.size());
    }

    @Test
    void anotherCheckKeepsTheVerdictUntilItHasItsOwnSeries() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));
        next(DOWN);
        HealthCheck other = (BackgroundCheck) target -> UP;
        use(Optional.of(other), schedule(2, 3, 0, ""), spec("a"));
        assertEquals("down", state(0).health());
        assertEquals(other, next(UP).check());
        assertEquals("down", state(0).health());
        next(UP);
        assertEquals("up", state(0).health());
    }

    @Test
    void withoutACheckEveryBackendIsAvailable() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));
        next(DOWN);
        use(Optional.empty(), HealthSchedule.DEFAULT, spec("a"));

        assertEquals("unchecked", state(0).health());
        assertEquals("", state(0).reason());
        assertEquals(Map.of("a", 1), weights(group));
        turned.probes.clear();
        turned.control.advance(Duration.ofSeconds(30));
        assertEquals(List.of(), turned.probes);
    }

    @Test
    void aRetiredGroupStopsProbing() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));
        Probe under = turned.probes.remove(0);
        group.retire();

        assertTrue(under.cancelled()[0]);
        turned.control.advance(Duration.ofSeconds(30));
        assertEquals(List.of(), turned.probes);
        assertEquals(0, turned.control.waiting());
    }

    @Test
    void theTargetCarriesTheTimeout() {
        use(Optional.of(CHECK), schedule(2, 3, 0, ""), spec("a"));

        assertEquals(Duration.ofSeconds(2), turned.probes.get(0).target().timeout());
        assertEquals("a", turned.probes.get(0).backend());
    }

    @Test
    void aScheduleThatMakesNoSenseIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new HealthSchedule(Duration.ZERO, second, 1, 1, 0, Optional.empty()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new HealthSchedule(second, second.negated(), 1, 1, 0, Optional.empty()));
        assertThrows(
                IllegalArgumentException.class, () -> new HealthSchedule(second, second, 0, 1, 0, Optional.empty()));
        assertThrows(
                IllegalArgumentException.class, () -> new HealthSchedule(second, second, 1, 0, 0, Optional.empty()));
        assertThrows(
                IllegalArgumentException.class, () -> new HealthSchedule(second, second, 1, 1, 1.5, Optional.empty()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new HealthSchedule(second, second, 1, 1, Double.NaN, Optional.empty()));
    }
}

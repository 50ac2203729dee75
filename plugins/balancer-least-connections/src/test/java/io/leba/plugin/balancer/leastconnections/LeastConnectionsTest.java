package io.leba.plugin.balancer.leastconnections;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.balance.Balancer;
import io.leba.testkit.balance.ScriptedBackends;
import io.leba.testkit.balance.ScriptedPick;
import io.leba.testkit.balance.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest {
    private static final LeastConnectionsConfig DEFAULTS = new LeastConnectionsConfig(32, 4);

    private static Balancer compile(ScriptedBackends set) {
        return new LeastConnections(DEFAULTS, 1).compile(set);
    }

    @Test
    void theLeastLoadedIsPicked() {
        ScriptedBackends set = ScriptedBackends.equal(4)
                .inFlight(0, 3)
                .inFlight(1, 1)
                .inFlight(2, 2)
                .inFlight(3, 9);

        assertEquals(1, compile(set).pick(ScriptedPick.over(set)));
    }

    @Test
    void loadIsMeasuredAgainstTheWeight() {
        ScriptedBackends set = ScriptedBackends.weighted(10, 1).inFlight(0, 8).inFlight(1, 0);
        assertEquals(0, compile(set).pick(ScriptedPick.over(set)), "9/10 is less than 1/1");
        set.inFlight(0, 10);
        assertEquals(1, compile(set).pick(ScriptedPick.over(set)), "11/10 is more than 1/1");
    }

    @Test
    void equalsTakeTurnsWhoeverStandsBetweenThem() {
        ScriptedBackends set =
                ScriptedBackends.equal(5).inFlight(1, 5).inFlight(2, 5).inFlight(4, 5);
        Balancer balancer = compile(set);
        ScriptedPick context = ScriptedPick.over(set);
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            picked.add(balancer.pick(context));
        }

        assertEquals(List.of(0, 3, 0, 3, 0, 3), picked);
    }

    @Test
    void anIdleGroupOfEqualsIsServedInTurn() {
        ScriptedBackends set = ScriptedBackends.equal(3);

        assertArrayEquals(new long[] {1000, 1000, 1000}, Shares.count(compile(set), ScriptedPick.over(set), 3000));
    }

    @Test
    void anIdleGroupIsServedByWeight() {
        for (int copies : new int[] {1, 30}) {
            int[] weights = new int[3 * copies];
            Arrays.setAll(weights, i -> 1 + i % 3 * 4);
            ScriptedBackends set = ScriptedBackends.weighted(weights);

            long[] counts = Shares.count(compile(set), ScriptedPick.over(set), 100_000);

            double statistic = Shares.chiSquare(counts, set);
            assertTrue(statistic < Shares.chiSquareLimit(weights.length - 1), () -> "chi-square " + statistic);
        }
    }

    @Test
    void loopsBeginWithDifferentBackends() {
        ScriptedBackends set = ScriptedBackends.equal(4);
        Balancer balancer = new LeastConnections(DEFAULTS, 4).compile(set);

        for (int loop = 0; loop < 4; loop++) {
            assertEquals(loop, balancer.pick(new ScriptedPick(set, loop, 1)));
        }
    }

    @Test
    void aBackendThatWasTriedIsPassedOver() {
        ScriptedBackends set = ScriptedBackends.weighted(5, 1, 1).inFlight(1, 9).inFlight(2, 7);
        ScriptedPick context = ScriptedPick.over(set).exclude(0, true);

        assertEquals(2, compile(set).pick(context));
    }

    @Test
    void aTriedBackendIsNotDrawnFromAnIdleGroup() {
        ScriptedBackends set = ScriptedBackends.weighted(1000, 1, 2);
        ScriptedPick context = ScriptedPick.over(set).exclude(0, true);
        Balancer balancer = compile(set);
        for (int i = 0; i < 100; i++) {
            assertNotEquals(0, balancer.pick(context));
        }
    }

    /** Exchanges only begin: then no backend would have been better off with another's last exchange. */
    @Property(tries = 100)
    void loadsBecomeProportionalToWeights(
            @ForAll @Size(min = 1, max = 32) List<@IntRange(max = 20) Integer> drawn,
            @ForAll @IntRange(max = 2000) int exchanges) {
        int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
        ScriptedBackends set = ScriptedBackends.weighted(weights);
        Assume.that(Arrays.stream(weights).sum() > 0);
        Balancer balancer = compile(set);
        ScriptedPick context = ScriptedPick.over(set);
        for (int i = 0; i < exchanges; i++) {
            set.begin(balancer.pick(context));
        }
        for (int i = 0; i < weights.length; i++) {
            for (int j = 0; j < weights.length; j++) {
                assertTrue(
                        weights[j] == 0
                                || set.inFlight(i) <= 1 // an idle group's first exchange goes by weight
                                || set.inFlight(i) * weights[j] <= (set.inFlight(j) + 1) * weights[i],
                        "loads of " + i + " and " + j + ": " + set.inFlight(i) + ", " + set.inFlight(j));
            }
        }
    }

    @Test
    void aSampledGroupStaysCloseToItsMean() {
        int size = 10_000;
        ScriptedBackends set = ScriptedBackends.equal(size);
        Balancer balancer = compile(set);
        ScriptedPick context = ScriptedPick.over(set);
        for (int i = 0; i < 10 * size; i++) {
            set.begin(balancer.pick(context));
        }

        int greatest = 0;
        for (int i = 0; i < size; i++) {
            greatest = Math.max(greatest, set.inFlight(i));
        }
        double gap = Math.log(Math.log(size)) / Math.log(4) + 1;
        assertTrue(greatest <= 10 + Math.ceil(gap), "one backend has " + greatest + ", the mean is 10");
    }

    @Test
    void aSampledGroupRespectsWeightsUnderLoad() {
        int size = 300;
        int[] weights = new int[size];
        Arrays.setAll(weights, i -> i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 8);
        ScriptedBackends set = ScriptedBackends.weighted(weights);
        Balancer balancer = compile(set);
        ScriptedPick context = ScriptedPick.over(set);
        Random random = new Random(3);
        List<Integer> underWay = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            int picked = balancer.pick(context);
            set.begin(picked);
            underWay.add(picked);
            if (underWay.size() > 20 * size) {
                int at = random.nextInt(underWay.size());
                set.end(underWay.get(at));
                underWay.set(at, underWay.get(underWay.size() - 1));
                underWay.remove(underWay.size() - 1);
            }
        }
        long[] load = new long[9];
        for (int i = 0; i < size; i++) {
            load[weights[i]] += set.inFlight(i);
        }
        double unit = 20.0 * size / Arrays.stream(weights).sum() * size / 3;
        assertEquals(unit, load[1], unit * 0.15);
        assertEquals(2 * unit, load[2], 2 * unit * 0.1);
        assertEquals(8 * unit, load[8], 8 * unit * 0.05);
    }

    @Test
    void theSameCodeServesLoopsOfALargerIndexAfterAShrinkingSet() {
        LeastConnections policy = new LeastConnections(DEFAULTS, 2);
        ScriptedBackends large = ScriptedBackends.equal(30);
        Shares.count(policy.compile(large), new ScriptedPick(large, 1, 1), 29);
        ScriptedBackends small = ScriptedBackends.equal(2);

        int picked = policy.compile(small).pick(new ScriptedPick(small, 1, 1));

        assertTrue(picked == 0 || picked == 1);
    }

    @Test
    void thePluginOffersOneAlgorithm() {
        assertEquals(
                "least-connections",
                new LeastConnectionsPlugin().providers().get(0).type());
        assertEquals(
                LeastConnectionsConfig.class,
                new LeastConnectionsPlugin().providers().get(0).configType());
    }
}

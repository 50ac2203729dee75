package io.leba.plugin.balancer.roundrobin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Provider;
import io.leba.spi.balance.Balancer;
import io.leba.testkit.balance.ScriptedBackends;
import io.leba.testkit.balance.ScriptedPick;
import io.leba.testkit.balance.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
    @Test
    void bothNamesSelectTheSameAlgorithm() {
        assertEquals(
                List.of("round-robin", "weighted-round-robin"),
                new RoundRobinPlugin().providers().stream().map(Provider::type).toList());
        assertTrue(new RoundRobinPlugin()
                .providers().stream().allMatch(provider -> provider.configType() == RoundRobinConfig.class));
    }

    @Test
    void theRotationGoesOnAcrossRecompilations() {
        RoundRobin policy = new RoundRobin();
        ScriptedBackends set = ScriptedBackends.equal(3);
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            picked.add(policy.compile(set).pick(ScriptedPick.over(set)));
        }

        assertEquals(List.of(0, 1, 2, 0, 1, 2), picked);
    }

    @Test
    void theRotationIsExactOverAllLoops() throws InterruptedException {
        int loops = 4;
        int picks = 7 * 6_000;
        ScriptedBackends set = ScriptedBackends.weighted(5, 1, 1);
        Balancer balancer = new RoundRobin().compile(set);
        CyclicBarrier together = new CyclicBarrier(loops);
        long[][] counts = new long[loops][];
        Thread[] threads = new Thread[loops];
        for (int loop = 0; loop < loops; loop++) {
            int index = loop;
            threads[loop] = new Thread(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                counts[index] = Shares.count(balancer, new ScriptedPick(set, index, 1), picks);
            });
            threads[loop].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        long[] sums = new long[3];
        for (long[] count : counts) {
            Arrays.setAll(sums, i -> sums[i] + count[i]);
        }
        long round = (long) loops * picks / 7;
        assertArrayEquals(new long[] {5 * round, round, round}, sums);
    }

    @Test
    void sharesPassAChiSquareTest() {
        ScriptedBackends set = ScriptedBackends.weighted(3, 1, 0, 8, 2);

        long[] counts = Shares.count(new RoundRobin().compile(set), ScriptedPick.over(set), 14 * 1_000 + 5);

        assertTrue(Shares.chiSquare(counts, set) < Shares.chiSquareLimit(3));
    }
}

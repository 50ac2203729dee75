package io.leba.testkit.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.HashKey;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalancerBenchmarkTest {
    /** Picks by key. */
    private static final class ByKey extends BalancerBenchmark {
        @Override
        protected BalancerPolicy policy() {
            return set -> context -> (int) Long.remainderUnsigned(context.hash(HashKey.CLIENT_IP), set.size());
        }
    }

    @Test
    void everyThreadPicksForTheSameKeysAndNeverForOneAlone() {
        ByKey benchmark = new ByKey();
        benchmark.size = 100;
        benchmark.prepare();
        BalancerBenchmark.Loop one = new BalancerBenchmark.Loop();
        BalancerBenchmark.Loop other = new BalancerBenchmark.Loop();

        int[] picks = IntStream.range(0, 2_000).map(i -> benchmark.next(one)).toArray();

        assertEquals(100, IntStream.of(picks).distinct().count(), "every backend of the group is picked");
        for (int pick : picks) {
            assertEquals(pick, benchmark.next(other));
        }
        assertNotSame(benchmark.compiled(), benchmark.compiled(), "compiling is measured, not remembered");
    }
}

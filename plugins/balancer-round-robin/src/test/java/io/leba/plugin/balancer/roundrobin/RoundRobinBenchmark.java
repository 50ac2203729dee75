package io.leba.plugin.balancer.roundrobin;

import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.testkit.balance.BalancerBenchmark;
import io.leba.testkit.balance.ScriptedBackends;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** What a pick costs (one rotation, equal and different weights), and what compiling costs. */
public class RoundRobinBenchmark extends BalancerBenchmark {
    @Param({"equal", "different"})
    public String weights;

    @Override
    protected BalancerPolicy policy() {
        return new RoundRobin();
    }

    @Override
    protected ScriptedBackends backends() {
        return weights.equals("equal") ? super.backends() : ScriptedBackends.weighted(different(size));
    }

    private static int[] different(int size) {
        int[] weights = new int[size];
        Arrays.setAll(weights, i -> 1 + i % 97);
        return weights;
    }

    @Benchmark
    public int pick(Loop loop) {
        return next(loop);
    }

    @Benchmark
    public Balancer compile() {
        return compiled();
    }
}

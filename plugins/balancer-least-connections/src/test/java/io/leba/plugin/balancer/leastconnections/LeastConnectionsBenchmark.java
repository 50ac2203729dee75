package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.testkit.balance.BalancerBenchmark;
import io.leba.testkit.balance.ScriptedBackends;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** What a pick costs (an idle group, and one with something in flight everywhere), and what compiling costs. */
public class LeastConnectionsBenchmark extends BalancerBenchmark {
    @Param({"idle", "busy"})
    public String load;

    @Override
    protected BalancerPolicy policy() {
        return new LeastConnections(new LeastConnectionsConfig(32, 4), 1);
    }

    @Override
    protected ScriptedBackends backends() {
        ScriptedBackends set = super.backends();
        for (int i = 0; i < size && load.equals("busy"); i++) {
            set.inFlight(i, 1 + i * 31 % 17);
        }
        return set;
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

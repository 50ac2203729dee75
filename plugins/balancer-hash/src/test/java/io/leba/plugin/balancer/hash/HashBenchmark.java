package io.leba.plugin.balancer.hash;

import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.HashKey;
import io.leba.testkit.balance.BalancerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** What a pick costs (without and with a bound on the load), and what compiling costs. */
public class HashBenchmark extends BalancerBenchmark {
    @Param({"0", "1.25"})
    public double loadFactor;

    @Override
    protected BalancerPolicy policy() {
        return new ConsistentHash(HashKey.CLIENT_IP, new LoadBound(loadFactor), TableSize.automatic());
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

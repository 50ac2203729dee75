package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.testkit.balance.ScriptedBackends;
import io.leba.testkit.balance.ScriptedPick;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a pick costs (an idle group, and one with something in flight everywhere), and what compiling costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LeastConnectionsBenchmark {
    @Param({"3", "100", "10000"})
    public int size;

    @Param({"idle", "busy"})
    public String load;

    private ScriptedBackends set;
    private BalancerPolicy policy;
    private Balancer balancer;

    /** One loop's context, as a kernel has. */
    @State(Scope.Thread)
    public static class Loop {
        private ScriptedPick context;
        private long key;

        @Setup
        public void prepare(LeastConnectionsBenchmark benchmark) {
            context = ScriptedPick.over(benchmark.set);
        }
    }

    @Setup
    public void prepare() {
        set = ScriptedBackends.equal(size);
        for (int i = 0; i < size && load.equals("busy"); i++) {
            set.inFlight(i, 1 + i * 31 % 17);
        }
        policy = new LeastConnections(new LeastConnectionsConfig(32, 4), 1);
        balancer = policy.compile(set);
    }

    @Benchmark
    public int pick(Loop loop) {
        return balancer.pick(loop.context.key(loop.key++));
    }

    @Benchmark
    public Balancer compile() {
        return policy.compile(set);
    }
}

package io.leba.testkit.balance;

import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import java.util.concurrent.TimeUnit;
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

/**
 * What every benchmark of a balancer has: sizes of the group, how it is measured, and a context for each thread as each loop
 * has one. JMH generates code for methods of the class that it compiles only, so an algorithm's benchmark extends this one and
 * adds its parameters and
 *
 * <pre>{@code
 * @Benchmark
 * public int pick(Loop loop) {
 *     return next(loop);
 * }
 *
 * @Benchmark
 * public Balancer compile() {
 *     return compiled();
 * }
 * }</pre>
 *
 * <p>Needs {@code org.openjdk.jmh:jmh-core}, which nothing else of the test kit does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public abstract class BalancerBenchmark {
    /** Backends in the group. */
    @Param({"3", "100", "10000"})
    public int size;

    private ScriptedBackends set;
    private BalancerPolicy policy;
    private Balancer balancer;

    /** For subclasses. */
    protected BalancerBenchmark() {}

    /** One thread's context and its next key. */
    @State(Scope.Thread)
    public static class Loop {
        private ScriptedPick context;
        private long key;

        /** Made by JMH. */
        public Loop() {}
    }

    /** The algorithm, with the parameters of the run. */
    protected abstract BalancerPolicy policy();

    /** The group, with the parameters of the run: {@code size} equal and idle backends. */
    protected ScriptedBackends backends() {
        return ScriptedBackends.equal(size);
    }

    /** Makes the group and compiles the algorithm over it, before each run. */
    @Setup
    public final void prepare() {
        set = backends();
        policy = policy();
        balancer = policy.compile(set);
    }

    /** One pick, each for another key. */
    protected final int next(Loop loop) {
        if (loop.context == null) {
            loop.context = ScriptedPick.over(set);
        }
        return balancer.pick(loop.context.key(loop.key++));
    }

    /** The algorithm compiled over the group once more. */
    protected final Balancer compiled() {
        return policy.compile(set);
    }
}

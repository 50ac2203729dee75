package io.leba.kernel.backend;

import io.leba.kernel.backend.TurnedGround.NumberedLoop;
import io.leba.kernel.meters.LogLinearHistogram;
import io.leba.kernel.meters.LoopCells;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a pick with its finish costs, apart from the algorithm, and what the counters in it cost: nanoseconds, the median of
 * {@value #ROUNDS} rounds. Not a test; run {@code main} on a quiet machine, without the flags that tests get:
 *
 * <pre>{@code java -cp <test class path> io.leba.kernel.backend.PickBenchmark}</pre>
 */
final class PickBenchmark {
    private static final int ROUNDS = 9;
    private static final int WARM_UP = 5;
    private static final int CALLS = 5_000_000;

    private PickBenchmark() {}

    /** What is measured: so many calls in one go. */
    private interface Body {
        void run(int calls);
    }

    public static void main(String[] arguments) throws Exception {
        for (int size : new int[] {3, 100, 10_000}) {
            measure("pick + finish, " + size + " backends, scripted algorithm", pickAndFinish(size, 0));
        }
        measure("pick + finish, 3 backends, 1 tried before", pickAndFinish(3, 1));
        LoopCells cells = new LoopCells(2);
        measure("LoopCells.add", calls -> {
            for (int i = 0; i < calls; i++) {
                cells.add(1, i & 7, 1);
            }
        });
        LogLinearHistogram histogram = new LogLinearHistogram(2);
        measure("LogLinearHistogram.record", calls -> {
            for (int i = 0; i < calls; i++) {
                histogram.record(1, 1_000 + (i & 0xffff) * 37L);
            }
        });
        sideBySide();
    }

    private static GroupRuntime group(int size) {
        GroupRuntime group = new TurnedGround().group();
        List<BackendSpec> specs = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            specs.add(BackendSpec.of("127.0.0.1", 1 + i));
        }
        group.members(specs);
        group.prepare(GroupSettings.of("turns", turns())).commit();
        return group;
    }

    /** Turns that loops take each by themselves: the least that an algorithm can do. */
    private static BalancerPolicy turns() {
        return set -> {
            int[] next = new int[64];
            return context -> {
                int at = context.loop() * 32;
                int turn = next[at] + 1 < set.size() ? next[at] + 1 : 0;
                next[at] = turn;
                return turn;
            };
        };
    }

    private static Body pickAndFinish(int size, int triedBefore) {
        GroupRuntime group = group(size);
        return loop(group, new NumberedLoop(0), triedBefore);
    }

    private static Body loop(GroupRuntime group, Loop loop, int triedBefore) {
        Tried tried = new Tried();
        return calls -> {
            for (int i = 0; i < calls; i++) {
                tried.clear();
                for (int t = 0; t < triedBefore; t++) {
                    tried.add(group.members().backend(t));
                }
                Backend backend = group.pick(loop, TurnedGround.NO_KEYS, tried);
                group.finish(loop, backend, Outcome.SUCCESS, 1_000 + (i & 0xffff) * 37L);
            }
        };
    }

    private static void measure(String what, Body body) {
        double[] nanos = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long from = System.nanoTime();
            body.run(CALLS);
            if (round >= 0) {
                nanos[round] = (double) (System.nanoTime() - from) / CALLS;
            }
        }
        report(what, nanos);
    }

    /** Two loops at once: if they disturbed each other, a pick would cost far more than alone. */
    private static void sideBySide() throws Exception {
        GroupRuntime group = group(3);
        double[] nanos = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            CyclicBarrier start = new CyclicBarrier(2);
            AtomicInteger total = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int index = 0; index < 2; index++) {
                Body body = loop(group, new NumberedLoop(index), 0);
                threads.add(new Thread(() -> {
                    try {
                        start.await();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    long from = System.nanoTime();
                    body.run(CALLS);
                    total.addAndGet((int) ((System.nanoTime() - from) / 1_000));
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            if (round >= 0) {
                nanos[round] = total.get() * 1_000.0 / CALLS / 2;
            }
        }
        report("pick + finish, 3 backends, two loops at once", nanos);
    }

    private static void report(String what, double[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT, "%-58s %6.1f ns  (%.1f to %.1f)%n", what, nanos[ROUNDS / 2], nanos[0], nanos[ROUNDS - 1]);
    }
}

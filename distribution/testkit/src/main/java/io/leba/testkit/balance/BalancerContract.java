package io.leba.testkit.balance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.testkit.Allocation;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every balancing algorithm keeps, beside what every extension does. */
public abstract class BalancerContract extends ExtensionContract<BalancerProvider<?>, BalancerPolicy> {
    private static final int LOOPS = 4;
    /** How often a kernel asks again before it takes the next available backend itself is its own affair; it is a few times. */
    private static final int ASKS = 16;

    /**
     * For the test of an algorithm.
     *
     * @param type the word in YAML
     */
    protected BalancerContract(LebaPlugin plugin, String type) {
        super(BalancerProvider.class, BalancerPolicy.class, plugin, type);
    }

    @Override
    protected void use(BalancerPolicy made, TestScope within) {
        ScriptedBackends set = ScriptedBackends.equal(3);
        Shares.count(made.compile(set), ScriptedPick.over(set), 100);
    }

    /** Whether idle backends get what their weights say; an algorithm that prefers some on purpose says no. */
    protected boolean isFair() {
        return true;
    }

    /** How far, relatively, the share of an idle backend may be from its weight's share over 100,000 picks. */
    protected double shareTolerance() {
        return 0.10;
    }

    private Balancer compile(BackendSet set) {
        return create().compile(set);
    }

    @Test
    void picksNothingFromAnEmptyGroup() {
        ScriptedBackends nobody = ScriptedBackends.equal(0);

        assertEquals(Balancer.NONE, compile(nobody).pick(ScriptedPick.over(nobody)));
    }

    @Test
    void picksNothingWhenNobodyIsAvailable() {
        ScriptedBackends down = ScriptedBackends.weighted(0, 0, 0);

        assertEquals(Balancer.NONE, compile(down).pick(ScriptedPick.over(down)));
    }

    @Test
    void picksTheOnlyBackendThereIs() {
        ScriptedBackends one = ScriptedBackends.weighted(7);

        assertEquals(1000, Shares.count(compile(one), ScriptedPick.over(one), 1000)[0]);
    }

    @Test
    void picksTheOnlyAvailableBackendHoweverBusy() {
        ScriptedBackends set = ScriptedBackends.weighted(0, 0, 1, 0).inFlight(2, 100_000);

        assertEquals(1000, Shares.count(compile(set), ScriptedPick.over(set), 1000)[2]);
    }

    @Test
    void neverPicksAnUnavailableBackend() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            int[] weights =
                    random.ints(1 + random.nextInt(200), 0, 4).map(w -> w * w).toArray();
            ScriptedBackends set = ScriptedBackends.weighted(weights);
            for (int i = 0; i < weights.length; i++) {
                set.inFlight(i, random.nextInt(50));
            }
            Balancer balancer = compile(set);
            ScriptedPick context = ScriptedPick.over(set);
            for (int i = 0; i < 500; i++) {
                int picked = balancer.pick(context.key(random.nextLong()));
                assertTrue(
                        set.availableCount() == 0 ? picked == Balancer.NONE : set.available(picked),
                        () -> "picked " + picked + " of weights " + Arrays.toString(weights));
            }
        }
    }

    @Test
    void picksEveryAvailableBackendOverTime() {
        assumeTrue(isFair(), "it prefers some backends on purpose");
        for (int size : new int[] {2, 3, 10, 100, 1000}) {
            ScriptedBackends set = ScriptedBackends.equal(size);

            long[] counts = Shares.count(compile(set), ScriptedPick.over(set), size * 50);

            assertTrue(Arrays.stream(counts).allMatch(count -> count > 0), () -> "left one of " + size + " out");
        }
    }

    @Test
    void sharesOfIdleBackendsFollowTheirWeights() {
        assumeTrue(isFair(), "it prefers some backends on purpose");
        assertAll(
                () -> assertShares(ScriptedBackends.equal(3)),
                () -> assertShares(ScriptedBackends.equal(40)),
                () -> assertShares(ScriptedBackends.weighted(1, 2, 3, 4, 10)),
                () -> assertShares(ScriptedBackends.weighted(5, 0, 1, 0, 1)),
                () -> assertShares(ScriptedBackends.weighted(65_535, 32_768, 16_384)));
    }

    private void assertShares(ScriptedBackends set) {
        int picks = 100_000;
        assertShares(set, Shares.count(compile(set), ScriptedPick.over(set), picks), picks);
    }

    private void assertShares(ScriptedBackends set, long[] counts, double picks) {
        double sum = 0;
        for (int i = 0; i < set.size(); i++) {
            sum += set.weight(i);
        }
        for (int i = 0; i < set.size(); i++) {
            double expected = picks * set.weight(i) / sum;
            assertTrue(
                    Math.abs(counts[i] - expected) <= expected * shareTolerance(),
                    "backend " + i + " was picked " + counts[i] + " times; its weight's share is " + expected);
        }
    }

    @Test
    void enormousGroupsAndWeightsDoNotOverflow() {
        int[] weights = new int[10_000];
        Arrays.fill(weights, 65_535);
        weights[17] = 0;
        ScriptedBackends set = ScriptedBackends.weighted(weights);
        for (int i = 0; i < weights.length; i++) {
            set.inFlight(i, 1_000_000);
        }

        long[] counts = Shares.count(compile(set), ScriptedPick.over(set), 100_000);

        assertEquals(0, counts[17]);
        assertTrue(
                !isFair() || Arrays.stream(counts).max().orElseThrow() < 1_000,
                "one backend got a hundred times its share");
    }

    @Test
    void offersAnotherBackendWhenOneWasTried() {
        for (int size : new int[] {2, 5, 100}) {
            ScriptedBackends set = ScriptedBackends.equal(size);
            Balancer balancer = compile(set);
            ScriptedPick context = ScriptedPick.over(set);
            for (int key = 0; key < 100; key++) {
                int first = balancer.pick(context.key(key));
                context.exclude(first, true);
                boolean another = false;
                for (int ask = 0; ask < ASKS && !another; ask++) {
                    another = balancer.pick(context) != first;
                }
                assertTrue(another, "of " + size + " only " + first + " was offered");
                context.exclude(first, false);
            }
        }
    }

    @Test
    void answersEvenWhenAllWereTried() {
        for (int size : new int[] {1, 3, 500}) {
            ScriptedBackends set = ScriptedBackends.equal(size);
            ScriptedPick context = ScriptedPick.over(set);
            for (int i = 0; i < size; i++) {
                context.exclude(i, true);
            }

            int picked = compile(set).pick(context);

            assertTrue(picked >= Balancer.NONE && picked < size, () -> "picked " + picked);
        }
    }

    @Test
    void onePolicyServesAllSetsOfItsGroupOneAfterAnother() {
        BalancerPolicy policy = create();
        List<Balancer> balancers = new ArrayList<>();
        List<ScriptedBackends> sets = List.of(
                ScriptedBackends.equal(3),
                ScriptedBackends.equal(2000),
                ScriptedBackends.weighted(0, 3),
                ScriptedBackends.equal(0),
                ScriptedBackends.weighted(1, 1, 5, 2));
        for (ScriptedBackends set : sets) {
            balancers.add(policy.compile(set));
        }
        for (int i = 0; i < sets.size(); i++) {
            ScriptedBackends set = sets.get(i);
            ScriptedPick context = ScriptedPick.over(set);
            for (int key = 0; key < 1000; key++) {
                int picked = balancers.get(i).pick(context.key(key));
                assertTrue(set.availableCount() == 0 ? picked == Balancer.NONE : set.available(picked));
            }
        }
    }

    @Test
    void policiesShareNoState() {
        ScriptedBackends set = ScriptedBackends.weighted(3, 1, 2);
        Balancer one = compile(set);
        Balancer other = compile(set);
        ScriptedPick oneContext = ScriptedPick.over(set);
        ScriptedPick otherContext = ScriptedPick.over(set);
        for (int key = 0; key < 1000; key++) {
            int picked = one.pick(oneContext.key(key));
            assertEquals(picked, other.pick(otherContext.key(key)), "a pick of one changed a pick of the other");
        }
    }

    @Test
    void servesAllLoopsAtOnce() throws InterruptedException {
        ScriptedBackends set = ScriptedBackends.weighted(1, 2, 3, 0, 4);
        int picks = 50_000;
        Balancer balancer = compile(set);
        long[][] counts = new long[LOOPS][];
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CyclicBarrier together = new CyclicBarrier(LOOPS);
        List<Thread> threads = new ArrayList<>();
        for (int loop = 0; loop < LOOPS; loop++) {
            int index = loop;
            Thread thread = new Thread(() -> {
                try {
                    together.await();
                    counts[index] = Shares.count(balancer, new ScriptedPick(set, index, index), picks);
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, failure.get());
        long[] sums = new long[set.size()];
        for (long[] count : counts) {
            Arrays.setAll(sums, i -> sums[i] + count[i]);
        }
        assertEquals(0, sums[3], "an unavailable backend was picked");
        if (isFair()) {
            assertShares(set, sums, LOOPS * picks);
        }
    }

    @Test
    void aPickNeverWaits() {
        ScriptedBackends set = ScriptedBackends.equal(100);
        Balancer balancer = compile(set);
        ScriptedPick context = ScriptedPick.over(set);
        Shares.count(balancer, context, 1_000);

        OnLoopGuard.run("picking", () -> Shares.count(balancer, context, 10_000));
    }

    @Test
    void allocatesNothingPerPick() {
        for (int size : new int[] {1, 3, 100, 10_000}) {
            ScriptedBackends set = ScriptedBackends.equal(size);
            Balancer balancer = compile(set);
            ScriptedPick context = ScriptedPick.over(set);
            long[] sum = new long[1];

            long bytes = Allocation.bytes(2_000, () -> sum[0] += balancer.pick(context.key(sum[0])));

            assertEquals(0, bytes, "bytes allocated in 2000 picks from " + size);
        }
    }
}

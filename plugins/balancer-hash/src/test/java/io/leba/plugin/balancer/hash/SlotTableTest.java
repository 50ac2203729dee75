package io.leba.plugin.balancer.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.balance.ScriptedBackends;
import io.leba.testkit.balance.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SlotTableTest {
    private static final int BITS = 16;
    private static final double SLOTS = 1 << BITS;

    /** Who owns each slot, by name. */
    private static String[] owners(ScriptedBackends set) {
        int[] table = SlotTable.of(set, BITS);
        return Arrays.stream(table).mapToObj(index -> set.backend(index).name()).toArray(String[]::new);
    }

    private static long[] slots(ScriptedBackends set, int bits) {
        long[] counts = new long[set.size()];
        for (int index : SlotTable.of(set, bits)) {
            counts[index]++;
        }
        return counts;
    }

    private static double moved(String[] before, String[] after) {
        return IntStream.range(0, before.length)
                        .filter(slot -> !before[slot].equals(after[slot]))
                        .count()
                / SLOTS;
    }

    @Test
    void sharesPassAChiSquareTest() {
        for (ScriptedBackends set : List.of(
                ScriptedBackends.equal(3),
                ScriptedBackends.equal(100),
                ScriptedBackends.weighted(1, 2, 3, 4, 10, 0, 30))) {
            double statistic = Shares.chiSquare(slots(set, BITS), set);

            assertTrue(
                    statistic < Shares.chiSquareLimit(set.availableCount() - 1),
                    () -> "chi-square " + statistic + " for " + set.size());
        }
    }

    @Test
    void sharesOfTenThousandAreMoreEvenThanChanceHasIt() {
        ScriptedBackends set = ScriptedBackends.equal(10_000);
        long[] counts = slots(set, 20);

        double mean = (1 << 20) / 10_000.0;
        double variance = Arrays.stream(counts)
                .mapToDouble(count -> (count - mean) * (count - mean))
                .average()
                .orElseThrow();
        assertEquals(0.71, Math.sqrt(variance / mean), 0.03);
        assertTrue(Arrays.stream(counts).min().orElseThrow() > mean / 2);
        assertTrue(Arrays.stream(counts).max().orElseThrow() < mean * 1.5);
    }

    @Property(tries = 50)
    void whenOneLeavesOnlyItsOwnSlotsMove(
            @ForAll @Size(min = 2, max = 40) List<@IntRange(max = 20) Integer> drawn,
            @ForAll @IntRange(max = 39) int at) {
        int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
        int leaving = at % weights.length;
        ScriptedBackends set = ScriptedBackends.weighted(weights);
        ScriptedBackends others = set.without(leaving);
        Assume.that(others.availableCount() > 0);
        String name = set.backend(leaving).name();

        String[] before = owners(set);
        String[] after = owners(others);

        for (int slot = 0; slot < before.length; slot++) {
            assertTrue(before[slot].equals(name) ? !after[slot].equals(name) : after[slot].equals(before[slot]));
        }
        assertArrayEquals(after, owners(set.withWeight(leaving, 0)), "being down is the same as being gone");
    }

    @Property(tries = 50)
    void whenOneGainsWeightSlotsMoveToItAndNowhereElse(
            @ForAll @Size(min = 2, max = 40) List<@IntRange(min = 1, max = 20) Integer> drawn,
            @ForAll @IntRange(max = 39) int at,
            @ForAll @IntRange(min = 1, max = 20) int gain) {
        int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
        int gaining = at % weights.length;
        ScriptedBackends set = ScriptedBackends.weighted(weights);
        String name = set.backend(gaining).name();

        String[] before = owners(set);
        String[] after = owners(set.withWeight(gaining, weights[gaining] + gain));

        for (int slot = 0; slot < before.length; slot++) {
            assertTrue(after[slot].equals(before[slot]) || after[slot].equals(name));
        }
        double sum = Arrays.stream(weights).sum();
        double needed = (weights[gaining] + gain) / (sum + gain) - weights[gaining] / sum;
        assertEquals(needed, moved(before, after), 5 * Math.sqrt(needed / SLOTS), "as much as the share grew");
    }

    @Test
    void aBackendThatComesOrGoesMovesItsShareOfTheSlots() {
        for (int size : new int[] {2, 3, 10, 30, 100}) {
            ScriptedBackends set = ScriptedBackends.equal(size);
            String[] before = owners(set);
            double sum = 0;
            for (int leaving = 0; leaving < size; leaving++) {
                double moved = moved(before, owners(set.without(leaving)));
                double share = 1.0 / size;
                assertTrue(moved <= 1.1 * share, "of " + size + " one moved " + moved);
                sum += moved;
            }
            assertEquals(1.0, sum, 1e-9, "on average it is exactly 1/n");
        }
    }

    @Property(tries = 20)
    void orderPlaysNoPart(@ForAll @Size(min = 2, max = 30) List<@IntRange(min = 1, max = 9) Integer> weights) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, weights.size()).boxed().toList());
        Collections.shuffle(order, new Random(weights.hashCode()));
        ScriptedBackends set = ScriptedBackends.weighted(
                weights.stream().mapToInt(Integer::intValue).toArray());
        ScriptedBackends shuffled = ScriptedBackends.named(
                order.stream().map(index -> "b" + index).toList(),
                order.stream().mapToInt(weights::get).toArray());

        assertArrayEquals(owners(set), owners(shuffled));
    }

    @Test
    void onlyRatiosOfWeightsMatter() {
        assertArrayEquals(
                SlotTable.of(ScriptedBackends.weighted(1, 2, 5), BITS),
                SlotTable.of(ScriptedBackends.weighted(1000, 2000, 5000), BITS));
    }
}

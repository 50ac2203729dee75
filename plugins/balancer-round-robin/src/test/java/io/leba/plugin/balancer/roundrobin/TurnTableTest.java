package io.leba.plugin.balancer.roundrobin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.balance.ScriptedBackends;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TurnTableTest {
    @Test
    void equalWeightsTakeTurnsInSetOrder() {
        assertArrayEquals(new int[] {0, 1, 2, 3}, TurnTable.of(ScriptedBackends.weighted(9, 9, 9, 9)));
    }

    @Test
    void aHeavyBackendIsSpreadOverTheRound() {
        assertArrayEquals(new int[] {0, 0, 1, 0, 2, 0, 0}, TurnTable.of(ScriptedBackends.weighted(5, 1, 1)));
    }

    @Test
    void theRoundIsAsShortAsTheWeightsAllow() {
        assertArrayEquals(new int[] {1, 0, 1}, TurnTable.of(ScriptedBackends.weighted(300, 600)));
    }

    @Test
    void unavailableBackendsHaveNoTurn() {
        assertArrayEquals(new int[] {1, 3, 1}, TurnTable.of(ScriptedBackends.weighted(0, 2, 0, 1)));
        assertEquals(0, TurnTable.of(ScriptedBackends.weighted(0, 0)).length);
        assertEquals(0, TurnTable.of(ScriptedBackends.equal(0)).length);
    }

    @Property
    void turnsMatchWeightsExactlyWhileTheRoundFits(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 2_000) Integer> drawn) {
        int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
        ScriptedBackends set = ScriptedBackends.weighted(weights);
        int[] table = TurnTable.of(set);

        long sum = Arrays.stream(weights).sum();
        int[] turns = new int[weights.length];
        for (int index : table) {
            turns[index]++;
        }
        for (int i = 0; i < weights.length; i++) {
            assertEquals(weights[i] * (long) table.length, turns[i] * sum, "turns of backend " + i);
        }
    }

    @Property
    void theOrderIsThatOfSmoothWeightedRoundRobin(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 40) Integer> drawn) {
        int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
        ScriptedBackends set = ScriptedBackends.weighted(weights);

        assertArrayEquals(stepByStep(weights, TurnTable.of(set).length), TurnTable.of(set));
    }

    /** The textbook form: one credit a backend. */
    private static int[] stepByStep(int[] weights, int length) {
        int[] credit = new int[weights.length];
        int sum = Arrays.stream(weights).sum();
        int[] table = new int[length];
        for (int step = 0; step < length; step++) {
            int best = -1;
            for (int i = 0; i < weights.length; i++) {
                credit[i] += weights[i];
                if (weights[i] > 0 && (best < 0 || credit[i] > credit[best])) {
                    best = i;
                }
            }
            credit[best] -= sum;
            table[step] = best;
        }
        return table;
    }

    @Property(tries = 100)
    void hugeWeightsAreRoundedToHalfATurn(
            @ForAll @Size(min = 2, max = 50) List<@IntRange(min = 10_000, max = 65_535) Integer> drawn) {
        int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
        int[] turns = TurnTable.wholeTurns(weights);

        double sum = Arrays.stream(weights).asLongStream().sum();
        int length = Arrays.stream(turns).sum();
        assertTrue(length <= TurnTable.MAX_TURNS + weights.length / 2, "length " + length);
        for (int i = 0; i < weights.length; i++) {
            assertEquals(weights[i] / sum, turns[i] / (double) length, 1.1 / TurnTable.MAX_TURNS);
        }
    }

    @Test
    void theSmallestWeightKeepsATurnBesideHugeOnes() {
        int[] weights = new int[2_000];
        Arrays.fill(weights, 65_535);
        weights[1_999] = 1;

        assertEquals(1, TurnTable.wholeTurns(weights)[1_999]);
    }

    @Test
    void tenThousandDifferentWeightsMakeABoundedTable() {
        int[] weights = new int[10_000];
        Arrays.setAll(weights, i -> 1 + i * 6);

        int[] table = TurnTable.of(ScriptedBackends.weighted(weights));

        assertTrue(table.length <= 180_000, "length " + table.length);
        assertEquals(10_000, Arrays.stream(table).distinct().count());
    }
}

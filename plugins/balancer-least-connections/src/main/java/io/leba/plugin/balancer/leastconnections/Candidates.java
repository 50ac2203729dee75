package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.PickContext;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The available backends, in set order, with a table to draw one in proportion to its weight in constant time (the alias
 * method: A. J. Walker, 1977; M. D. Vose, "A linear algorithm for generating random numbers with a given distribution",
 * 1991). Immutable.
 */
final class Candidates {
    /** Probabilities are counted in this many parts; a weight of 1 among sums beyond that is drawn a little too seldom. */
    private static final int PARTS = 1 << 30;

    private final int[] indices;
    private final int[] weights;
    private final boolean isUniform;
    /** For each position, how many of the parts keep it; the others go to its alias. */
    private final int[] kept;

    private final int[] alias;

    private Candidates(int[] indices, int[] weights) {
        this.indices = indices;
        this.weights = weights;
        this.isUniform = isUniform(weights);
        this.kept = new int[isUniform ? 0 : weights.length];
        this.alias = new int[kept.length];
        if (!isUniform) {
            fillAliases();
        }
    }

    static Candidates of(BackendSet set) {
        int[] indices = new int[set.availableCount()];
        int[] weights = new int[indices.length];
        int count = 0;
        for (int i = 0; i < set.size() && count < indices.length; i++) {
            if (set.weight(i) > 0) {
                indices[count] = i;
                weights[count++] = set.weight(i);
            }
        }
        return new Candidates(indices, weights);
    }

    private static boolean isUniform(int[] weights) {
        for (int weight : weights) {
            if (weight != weights[0]) {
                return false;
            }
        }
        return true;
    }

    private void fillAliases() {
        double sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        double[] rest = new double[weights.length];
        Deque<Integer> poor = new ArrayDeque<>();
        Deque<Integer> rich = new ArrayDeque<>();
        for (int i = 0; i < weights.length; i++) {
            rest[i] = weights[i] * weights.length / sum;
            (rest[i] < 1 ? poor : rich).push(i);
        }
        while (!poor.isEmpty() && !rich.isEmpty()) {
            int taker = poor.pop();
            int giver = rich.pop();
            kept[taker] = (int) Math.round(rest[taker] * PARTS);
            alias[taker] = giver;
            rest[giver] -= 1 - rest[taker];
            (rest[giver] < 1 ? poor : rich).push(giver);
        }
        // What is left over is whole but for rounding.
        poor.forEach(position -> kept[position] = PARTS);
        rich.forEach(position -> kept[position] = PARTS);
    }

    int size() {
        return indices.length;
    }

    /** Whether all weights are one. */
    boolean isUniform() {
        return isUniform;
    }

    /** The index in the set of the candidate at a position. */
    int index(int position) {
        return indices[position];
    }

    int weight(int position) {
        return weights[position];
    }

    /** A position at random, in proportion to its weight. */
    int draw(PickContext context) {
        int position = context.random(indices.length);
        return isUniform || context.random(PARTS) < kept[position] ? position : alias[position];
    }
}

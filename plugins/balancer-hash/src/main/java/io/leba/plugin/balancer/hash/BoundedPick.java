package io.leba.plugin.balancer.hash;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.HashKey;
import io.leba.spi.balance.PickContext;

/**
 * Consistent hashing with bounded loads (V. Mirrokni, M. Thorup, M. Zadimoghaddam, 2018): with m exchanges in flight, this
 * one included, a backend with the share s of the weights takes at most ⌈factor · s · m⌉; a key whose backend is full goes on
 * to its next choice. The counts are read while other loops change them, so the bound may be passed by as many as there are
 * loops.
 */
final class BoundedPick implements Balancer {
    private final HashKey key;
    private final Choices choices;
    private final BackendSet set;
    /** For each backend, the factor times its share of the weights. */
    private final double[] capacities;

    BoundedPick(HashKey key, Choices choices, BackendSet set, LoadBound bound) {
        this.key = key;
        this.choices = choices;
        this.set = set;
        this.capacities = new double[set.size()];
        double weights = 0;
        for (int i = 0; i < capacities.length; i++) {
            weights += set.weight(i);
        }
        for (int i = 0; i < capacities.length; i++) {
            capacities[i] = bound.factor() * set.weight(i) / weights;
        }
    }

    @Override
    public int pick(PickContext context) {
        long hash = context.hash(key);
        double exchanges = set.inFlight() + 1.0;
        int least = NONE;
        double leastLoad = Double.POSITIVE_INFINITY;
        for (int choice = 0; choice < Choices.COUNT; choice++) {
            int index = choices.get(hash, choice);
            if (context.isExcluded(index)) {
                continue;
            }
            int inFlight = set.inFlight(index);
            double capacity = capacities[index] * exchanges;
            if (inFlight < capacity) { // the same as inFlight + 1 <= ceil(capacity)
                return index;
            }
            if (inFlight / capacity < leastLoad) {
                leastLoad = inFlight / capacity;
                least = index;
            }
        }
        return least != NONE ? least : choices.get(hash, 0);
    }
}

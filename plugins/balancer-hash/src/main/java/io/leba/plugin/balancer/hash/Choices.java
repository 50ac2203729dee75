package io.leba.plugin.balancer.hash;

import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.PickContext;

/**
 * A key's backends in order of preference: its slot's, then those of further slots that depend on the key alone. Going to a
 * slot far away rather than to a neighbour spreads what an overloaded or failed backend sheds over all the others (J. Chen, B.
 * Coleman, A. Shrivastava, "Revisiting consistent hashing with bounded loads", 2021). Immutable.
 */
record Choices(int[] owners) {
    /**
     * How many are looked at. Backends that are full have at most 1/factor of the weight, so at factor 1.25 each choice has
     * room with a chance of a fifth, and all of these are full once in ten million times.
     */
    static final int COUNT = 72;

    private static final long NEXT = 0x9e3779b97f4a7c15L;

    /** The backend of a key's choice, from 0. */
    int get(long key, int choice) {
        long hash = Hash64.mix(key + choice * NEXT);
        return owners[(int) (hash >>> Long.numberOfLeadingZeros(owners.length - 1L))];
    }

    /** The first that the exchange has not tried; if there is none among the choices, the first. */
    int firstUntried(PickContext context, long key) {
        int first = get(key, 0);
        if (!context.isExcluded(first)) {
            return first;
        }
        for (int choice = 1; choice < COUNT; choice++) {
            int index = get(key, choice);
            if (!context.isExcluded(index)) {
                return index;
            }
        }
        return first;
    }
}

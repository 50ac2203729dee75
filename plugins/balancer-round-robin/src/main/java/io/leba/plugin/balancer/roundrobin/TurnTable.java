package io.leba.plugin.balancer.roundrobin;

import io.leba.spi.balance.BackendSet;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * One round of turns: every available backend as often as its weight says, in the order of smooth weighted round robin (the
 * one nginx introduced: at each step every backend's credit grows by its weight, the first with the most credit is chosen,
 * and pays the sum of all weights). Weights 5, 1, 1 give a a b a c a a.
 *
 * <p>The round's length is the sum of the weights divided by their greatest common divisor, and the shares are exact, as
 * long as that is at most {@link #MAX_TURNS} (or 16 turns per backend, if that is more). Beyond, weights are rounded to whole
 * turns of a round of that length, at least one each: a share is then off by no more than half a turn in the length, but for
 * those raised to one turn and what they take from the others.
 *
 * <p>Backends of one weight share a queue, so a step costs as much as there are different weights. These are few: as whole
 * numbers that differ, they sum to at most the length, so there are fewer than the square root of twice the length.
 */
final class TurnTable {
    /** The longest round, unless there are more than a sixteenth as many backends. */
    static final int MAX_TURNS = 65_536;

    private static final int MIN_TURNS_PER_BACKEND = 16;

    private TurnTable() {}

    /** Indices of available backends in the order of their turns; empty if there are none. */
    static int[] of(BackendSet set) {
        int[] indices = new int[set.availableCount()];
        int[] weights = new int[indices.length];
        int count = 0;
        for (int i = 0; i < set.size() && count < indices.length; i++) {
            if (set.weight(i) > 0) {
                indices[count] = i;
                weights[count++] = set.weight(i);
            }
        }
        int[] turns = wholeTurns(weights);
        return isUniform(turns) ? indices : smooth(indices, turns);
    }

    private static boolean isUniform(int[] turns) {
        for (int turn : turns) {
            if (turn != turns[0]) {
                return false;
            }
        }
        return true;
    }

    /** How many turns each backend has in one round. */
    static int[] wholeTurns(int[] weights) {
        long sum = 0;
        int divisor = 0;
        for (int weight : weights) {
            sum += weight;
            divisor = greatestCommonDivisor(divisor, weight);
        }
        long longest = Math.max(MAX_TURNS, (long) weights.length * MIN_TURNS_PER_BACKEND);
        int[] turns = new int[weights.length];
        boolean isExact = weights.length == 0 || sum / divisor <= longest;
        for (int i = 0; i < weights.length; i++) {
            turns[i] =
                    isExact ? weights[i] / divisor : (int) Math.max(1, Math.round((double) weights[i] * longest / sum));
        }
        return turns;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private static int[] smooth(int[] indices, int[] turns) {
        Queue[] queues = queuesByWeight(indices, turns);
        int length = Arrays.stream(turns).sum();
        int[] table = new int[length];
        for (int step = 0; step < length; step++) {
            Queue chosen = queues[0];
            long most = Long.MIN_VALUE;
            for (Queue queue : queues) {
                long credit = queue.headCredit(step + 1, length);
                if (credit > most || (credit == most && queue.head() < chosen.head())) {
                    most = credit;
                    chosen = queue;
                }
            }
            table[step] = chosen.take();
        }
        return table;
    }

    private static Queue[] queuesByWeight(int[] indices, int[] turns) {
        Map<Integer, int[]> members = new TreeMap<>();
        for (int turn : turns) {
            members.computeIfAbsent(turn, weight -> new int[1])[0]++;
        }
        Map<Integer, Queue> queues = new TreeMap<>();
        members.forEach((weight, size) -> queues.put(weight, new Queue(weight, new int[size[0]])));
        for (int i = 0; i < indices.length; i++) {
            queues.get(turns[i]).add(indices[i]);
        }
        return queues.values().toArray(Queue[]::new);
    }

    /** Backends of one weight: the next is always the one that was chosen least often, the first of them in set order. */
    private static final class Queue {
        private final int weight;
        private final int[] members;
        private int size;
        private int next;
        private int chosenBefore;

        Queue(int weight, int[] members) {
            this.weight = weight;
            this.members = members;
        }

        void add(int index) {
            members[size++] = index;
        }

        int head() {
            return members[next];
        }

        /** The head's credit after so many steps: what it was given less what it paid. */
        long headCredit(int steps, int sum) {
            return (long) weight * steps - (long) sum * chosenBefore;
        }

        int take() {
            int taken = members[next++];
            if (next == members.length) {
                next = 0;
                chosenBefore++;
            }
            return taken;
        }
    }
}

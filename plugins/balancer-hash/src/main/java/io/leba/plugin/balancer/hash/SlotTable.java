package io.leba.plugin.balancer.hash;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Hash64;
import java.util.Arrays;

/**
 * Gives each of 2<sup>bits</sup> slots to an available backend. Every backend throws darts at the table, the
 * <i>j</i>-th at the time (<i>j</i> + phase) / weight and at a slot that depends on its name and <i>j</i> alone; a slot
 * belongs to the backend that hits it first.
 *
 * <p>This is highest-random-weight hashing (D. Thaler and C. V. Ravishankar, "Using name-based mappings to increase hit
 * rates", 1998) of slots instead of keys, so it keeps what that promises: when a backend leaves, the slots that were its own
 * move and no others; when one joins or gains weight, slots move to it and nowhere else; order plays no part. The number of
 * darts before the first hit of a slot is geometric, so a slot is won in proportion to the weights, whatever their ratio. A
 * backend's share is off by a standard deviation of about 0.7 · √(backends / slots). It differs from Maglev's table (D. E. Eisenbud et
 * al., 2016) in that nobody passes over a slot that is taken: shares are a little less even, but nothing moves needlessly. A
 * ring of as many points (D. Karger et al., 1997) is less even, and takes a binary search and three times the memory.
 *
 * <p>It takes about slots × ln(slots) darts; only a bit is looked at for those that come too late.
 */
final class SlotTable {
    private static final long NEXT_DART = 0x9e3779b97f4a7c15L;
    private static final long PHASE = 0xd1b54a32d192ed03L;
    private static final int FREE = -1;

    private final int shift;
    private final int[] owners;
    private final double[] times;
    private final long[] taken;
    private final long[] takenInRound;
    private int left;

    private SlotTable(int bits) {
        int slots = 1 << bits;
        shift = Long.SIZE - bits;
        owners = new int[slots];
        Arrays.fill(owners, FREE);
        times = new double[slots];
        taken = new long[Math.max(1, slots >> 6)];
        takenInRound = new long[taken.length];
        left = slots;
    }

    /** The index of each slot's backend; the set must have an available one. */
    static int[] of(BackendSet set, int bits) {
        SlotTable table = new SlotTable(bits);
        Thrower[] throwers = new Thrower[set.availableCount()];
        double weights = 0;
        int count = 0;
        for (int i = 0; i < set.size() && count < throwers.length; i++) {
            if (set.weight(i) > 0) {
                throwers[count++] = new Thrower(i, set.backend(i).name(), set.weight(i));
                weights += set.weight(i);
            }
        }
        double round = table.owners.length / weights;
        for (int rounds = 1; table.left > 0; rounds++) {
            for (Thrower thrower : throwers) {
                table.hit(thrower, rounds * round);
            }
            table.endRound();
        }
        return table.owners;
    }

    /** All darts of one backend before a time. */
    private void hit(Thrower thrower, double until) {
        for (double time = thrower.time(); time < until; time = thrower.time()) {
            int slot = (int) (Hash64.mix(thrower.seed + thrower.thrown * NEXT_DART) >>> shift);
            thrower.thrown++;
            int word = slot >>> 6;
            long bit = 1L << slot;
            if ((taken[word] & bit) != 0) {
                continue;
            }
            if ((takenInRound[word] & bit) == 0) {
                takenInRound[word] |= bit;
                left--;
            } else if (time >= times[slot]) {
                continue;
            }
            times[slot] = time;
            owners[slot] = thrower.index;
        }
    }

    /** What was hit before cannot be won by a later dart. */
    private void endRound() {
        for (int word = 0; word < taken.length; word++) {
            taken[word] |= takenInRound[word];
            takenInRound[word] = 0;
        }
    }

    private static final class Thrower {
        private final int index;
        private final long seed;
        private final double phase;
        private final double interval;
        private long thrown;

        Thrower(int index, String name, int weight) {
            this.index = index;
            this.seed = Hash64.of(name);
            this.phase = (Hash64.mix(seed ^ PHASE) >>> 11) * 0x1.0p-53;
            this.interval = 1.0 / weight;
        }

        double time() {
            return (thrown + phase) * interval;
        }
    }
}

package io.leba.plugin.balancer.leastconnections;

/**
 * Where each loop's last scan ended, so that equals take turns. A cell has one writer and lies on a cache line of its own;
 * it is a hint, no more: what it holds may be of an earlier, larger set.
 */
final class Turns {
    private static final int WIDTH = 16;

    private final int[] last;

    Turns(int loops) {
        last = new int[(loops + 2) * WIDTH];
        for (int loop = 0; loop < loops; loop++) {
            last[at(loop)] = loop - 1; // so that loops do not all begin with the same backend
        }
    }

    private static int at(int loop) {
        return (loop + 1) * WIDTH;
    }

    /** The position after the last one, among {@code size}. */
    int next(int loop, int size) {
        int next = last[at(loop)] + 1;
        return next < size ? next : next % size;
    }

    void ended(int loop, int position) {
        last[at(loop)] = position;
    }
}

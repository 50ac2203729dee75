package io.leba.kernel.meters;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A block of numbers for each event loop. A block has one writer, its loop, so that a write is a plain addition; blocks lie
 * two cache lines apart, so that loops do not disturb each other. Any thread may read, and sees what was written a moment
 * ago.
 */
public final class LoopCells {
    /** How many numbers a block holds. */
    public static final int WIDTH = 16;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;
    private final int loops;

    /** All numbers are 0. */
    public LoopCells(int loops) {
        this.loops = loops;
        // One block in front and one behind keep the neighbours on the heap away.
        cells = new long[(loops + 2) * WIDTH];
    }

    /** Adds; only the loop with this index may. */
    public void add(int loop, int number, long amount) {
        int at = (loop + 1) * WIDTH + number;
        CELL.setOpaque(cells, at, cells[at] + amount);
    }

    /** What one loop wrote. */
    public long get(int loop, int number) {
        return (long) CELL.getOpaque(cells, (loop + 1) * WIDTH + number);
    }

    /** What all loops wrote. */
    public long sum(int number) {
        long sum = 0;
        for (int loop = 0; loop < loops; loop++) {
            sum += get(loop, number);
        }
        return sum;
    }
}

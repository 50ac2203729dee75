package io.leba.kernel.transport;

import io.leba.spi.protocol.BufferBudget;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * How much is held in buffers, and how much may be. Looked at with each tick of the loop aside; the loops that carry traffic read what came of that.
 * Each writes its own share, and nobody else's. Any thread.
 */
public final class BufferLedger {
    /** Parts of eight of the budget from which on no connections are accepted, and below which they are again. */
    private static final int SHORT = 6;

    private static final int RELIEVED = 5;
    /** Below that, what was spent is not any more. */
    private static final int REGAINED = 7;

    private static final int CELL = 16;

    private final LongSupplier direct;
    private final AtomicLongArray heap;
    private volatile long budget = Long.MAX_VALUE;
    private volatile long held;
    private volatile boolean isShort;
    private volatile boolean isSpent;
    private volatile long spells;

    /**
     * @param direct what the allocator's buffers hold
     * @param loops that carry traffic
     */
    BufferLedger(LongSupplier direct, int loops) {
        this.direct = direct;
        this.heap = new AtomicLongArray((loops + 1) * CELL);
    }

    /** Sets how much may be held. */
    public void budget(long bytes) {
        budget = bytes;
    }

    /** How much may be held. */
    public long budget() {
        return budget;
    }

    /** How much was, when it was looked at last. */
    public long held() {
        return held;
    }

    /** How often the budget was found spent. */
    public long spells() {
        return spells;
    }

    /** Whether new connections should wait. */
    boolean isShort() {
        return isShort;
    }

    /** Looks. One thread. */
    void observe() {
        long sum = direct.getAsLong();
        for (int i = 0; i < heap.length(); i += CELL) {
            sum += heap.get(i);
        }
        held = sum;
        long eighth = budget / 8;
        isShort = sum > eighth * (isShort ? RELIEVED : SHORT);
        boolean spent = isSpent ? sum > eighth * REGAINED : sum > budget;
        if (spent && !isSpent) {
            spells = spells + 1;
        }
        isSpent = spent;
    }

    /** A loop's part in it. */
    BufferBudget of(int loop) {
        int cell = (loop - KernelLoop.ASIDE) * CELL;
        return new BufferBudget() {
            @Override
            public boolean isSpent() {
                return isSpent;
            }

            @Override
            public void held(long bytes) {
                heap.lazySet(cell, heap.getPlain(cell) + bytes);
            }
        };
    }
}

package io.leba.kernel.meters;

import io.leba.spi.LoopCounter;
import java.util.concurrent.atomic.LongAdder;

/** A counter with a cell for each loop and one for everybody else. */
final class PaddedLoopCounter implements LoopCounter {
    private final LoopCells cells;
    private final LongAdder shared = new LongAdder();

    PaddedLoopCounter(int loops) {
        cells = new LoopCells(loops);
    }

    @Override
    public void add(int loop, long amount) {
        cells.add(loop, 0, amount);
    }

    @Override
    public void addShared(long amount) {
        shared.add(amount);
    }

    @Override
    public long sum() {
        return cells.sum(0) + shared.sum();
    }
}

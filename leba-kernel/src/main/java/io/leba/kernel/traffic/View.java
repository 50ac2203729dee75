package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A frontend as one generation sees it: the protocol's compiled table, and how many exchanges are under way in it. Each
 * loop counts in a cell of its own; only the owner writes it.
 */
public final class View implements FrontendView {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int STRIDE = 16;

    private final long generation;
    private final Protocol.RouteTable table;
    private final FrontendMeters meters;
    private final long[] active;

    /**
     * @param generation the generation's number
     * @param table what the protocol compiled
     * @param meters the frontend's counters, which outlive the view
     */
    public View(long generation, Protocol.RouteTable table, FrontendMeters meters, int loops) {
        this.generation = generation;
        this.table = table;
        this.meters = meters;
        this.active = new long[(loops + 1) * STRIDE];
    }

    @Override
    public Protocol.RouteTable table() {
        return table;
    }

    /** The number of the generation that compiled it. */
    public long generation() {
        return generation;
    }

    @OnLoop
    void entered(KernelLoop loop) {
        add(loop.index(), 1);
    }

    @Override
    @OnLoop
    public void exit(Loop loop, Outcome outcome, long bytesIn, long bytesOut) {
        add(loop.index(), -1);
        meters.exchange(loop.index(), outcome, bytesIn, bytesOut);
    }

    @Override
    @OnLoop
    public void moved(Loop loop, long bytesIn, long bytesOut) {
        meters.moved(loop.index(), bytesIn, bytesOut);
    }

    private void add(int loop, long amount) {
        int cell = (loop + 1) * STRIDE;
        CELL.setOpaque(active, cell, (long) CELL.getOpaque(active, cell) + amount);
    }

    /** Exchanges under way. Exact once every loop has passed through its queue since the view was replaced. */
    public long active() {
        long sum = 0;
        for (int cell = STRIDE; cell < active.length; cell += STRIDE) {
            sum += (long) CELL.getOpaque(active, cell);
        }
        return sum;
    }
}

package io.leba.spi;

/** A monotonic counter with one cell a loop. */
public interface LoopCounter {
    /**
     * Adds to the loop's cell. Only the loop with this index may call it with this index.
     *
     * @param loop {@link io.leba.spi.protocol.Loop#index()}
     * @param amount 0 or more
     */
    @OnLoop
    void add(int loop, long amount);

    /** Adds from any other thread; costs an atomic operation. */
    void addShared(long amount);

    /** The sum over all loops. Any thread; increments of the last moment may be missing. */
    long sum();
}

package io.leba.spi.protocol;

import io.leba.spi.OnLoop;

/**
 * What the process may hold for peers that send without end or do not take what they asked for: a bound on memory whatever they do.
 * Buffers of the loops' allocators are counted by the kernel, some ten times a second; what a protocol holds on the heap beyond what every
 * connection has, it tells. Each limit of a single connection stays necessary; the budget is for the sum.
 */
@OnLoop
public interface BufferBudget {
    /** Never spent. */
    BufferBudget UNLIMITED = new BufferBudget() {
        @Override
        public boolean isSpent() {
            return false;
        }

        @Override
        public void held(long bytes) {
            // Nobody asks.
        }
    };

    /** Whether so much is held that nothing new should be begun; what is under way goes on. Cheap. */
    boolean isSpent();

    /** The calling loop holds so many bytes more on the heap for peers; less than 0: fewer. */
    void held(long bytes);
}

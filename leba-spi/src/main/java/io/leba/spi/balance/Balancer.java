package io.leba.spi.balance;

import io.leba.spi.OnLoop;

/** A compiled algorithm: immutable, wait-free, allocation-free; called by all loops at once. */
@FunctionalInterface
public interface Balancer {
    /** Nothing can be picked. */
    int NONE = -1;

    /**
     * The index in the {@link BackendSet} of the backend that should serve, or {@link #NONE}. It should be an {@linkplain
     * BackendSet#available available} backend. A balancer need not look at {@link PickContext#isExcluded}: if the answer
     * is excluded, the kernel asks a few times more and then takes the next available backend in set order.
     */
    @OnLoop
    int pick(PickContext context);
}

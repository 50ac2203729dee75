package io.leba.spi.balance;

import io.leba.spi.OnControl;

/**
 * A balancing algorithm with what survives the changes of its group (a cursor, say). The kernel compiles it anew whenever
 * membership, weight, health or drain state changes, and publishes the compiled form to the loops.
 */
@FunctionalInterface
public interface BalancerPolicy {
    /**
     * Compiles an immutable picker over a snapshot. May take time in proportion to {@code set.size()}; must not keep
     * earlier sets.
     */
    @OnControl
    Balancer compile(BackendSet set);
}

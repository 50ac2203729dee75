package io.leba.plugin.balancer.hash;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.HashKey;

/** Compiles a {@link SlotTable} for the available backends. It keeps nothing of earlier sets: the table is a function of the set. */
final class ConsistentHash implements BalancerPolicy {
    private final HashKey key;
    private final LoadBound bound;
    private final TableSize size;

    ConsistentHash(HashKey key, LoadBound bound, TableSize size) {
        this.key = key;
        this.bound = bound;
        this.size = size;
    }

    @Override
    public Balancer compile(BackendSet set) {
        if (set.availableCount() == 0) {
            return context -> Balancer.NONE;
        }
        Choices choices = new Choices(SlotTable.of(set, size.bits(set.size())));
        return bound.isBounded()
                ? new BoundedPick(key, choices, set, bound)
                : context -> choices.firstUntried(context, context.hash(key));
    }
}

package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;

/**
 * Picks the backend whose load would be least: (in flight + 1) / weight. Small groups are scanned; of large ones a few
 * backends are drawn in proportion to their weights and compared. Where nothing is in flight there is nothing to compare and
 * the weights alone decide, so that a quiet group's shares follow them too.
 */
final class LeastConnections implements BalancerPolicy {
    private final LeastConnectionsConfig config;
    private final Turns turns;

    LeastConnections(LeastConnectionsConfig config, int loops) {
        this.config = config;
        this.turns = new Turns(loops);
    }

    @Override
    public Balancer compile(BackendSet set) {
        Candidates candidates = Candidates.of(set);
        if (candidates.size() == 0) {
            return context -> Balancer.NONE;
        }
        return candidates.size() <= config.exactUpTo()
                ? new ExactLeast(set, candidates, turns)
                : new SampledLeast(set, candidates, config.sample());
    }
}

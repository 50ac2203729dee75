package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;

/** Makes {@link LeastConnections}. */
final class LeastConnectionsProvider implements BalancerProvider<LeastConnectionsConfig> {
    @Override
    public String type() {
        return "least-connections";
    }

    @Override
    public Class<LeastConnectionsConfig> configType() {
        return LeastConnectionsConfig.class;
    }

    @Override
    public BalancerPolicy create(LeastConnectionsConfig config, Scope scope) {
        return new LeastConnections(config, scope.loops());
    }
}

package io.leba.plugin.balancer.roundrobin;

import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;

/** Makes {@link RoundRobin} under either of its two names. */
record RoundRobinProvider(String type) implements BalancerProvider<RoundRobinConfig> {
    @Override
    public Class<RoundRobinConfig> configType() {
        return RoundRobinConfig.class;
    }

    @Override
    public BalancerPolicy create(RoundRobinConfig config, Scope scope) {
        return new RoundRobin();
    }
}

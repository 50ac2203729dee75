package io.leba.plugin.balancer.hash;

import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;

/** Makes a {@link ConsistentHash} as configured. */
final class ConsistentHashProvider implements BalancerProvider<ConsistentHashConfig> {
    @Override
    public String type() {
        return "consistent-hash";
    }

    @Override
    public Class<ConsistentHashConfig> configType() {
        return ConsistentHashConfig.class;
    }

    @Override
    public BalancerPolicy create(ConsistentHashConfig config, Scope scope) {
        return new ConsistentHash(
                config.key().hashKey(),
                new LoadBound(config.loadFactor()),
                config.tableSize() == 0 ? TableSize.automatic() : TableSize.fixed(config.tableSize(), scope.logger()));
    }
}

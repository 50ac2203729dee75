package io.leba.plugin.balancer.hash;

import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.balance.HashKey;

/** Makes a {@link ConsistentHash} of the client's address, without a bound on the load. */
final class IpHashProvider implements BalancerProvider<IpHashConfig> {
    @Override
    public String type() {
        return "ip-hash";
    }

    @Override
    public Class<IpHashConfig> configType() {
        return IpHashConfig.class;
    }

    @Override
    public BalancerPolicy create(IpHashConfig config, Scope scope) {
        return new ConsistentHash(HashKey.CLIENT_IP, LoadBound.NONE, TableSize.automatic());
    }
}

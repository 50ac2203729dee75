package io.leba.plugin.balancer.roundrobin;

import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.testkit.balance.BalancerContract;

class RoundRobinContractTest extends BalancerContract {
    @Override
    protected BalancerPolicy create(Scope scope) {
        return new RoundRobinProvider("round-robin").create(new RoundRobinConfig(), scope);
    }

    @Override
    protected double shareTolerance() {
        return 0.002;
    }
}

package io.leba.plugin.balancer.roundrobin;

import io.leba.testkit.balance.BalancerContract;

class RoundRobinContractTest extends BalancerContract {
    RoundRobinContractTest() {
        super(new RoundRobinPlugin(), "round-robin");
    }

    @Override
    protected double shareTolerance() {
        return 0.002;
    }
}

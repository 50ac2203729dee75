package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.testkit.balance.BalancerContract;
import org.junit.jupiter.api.Nested;

class LeastConnectionsContractTest {
    @Nested
    class ByDefault extends BalancerContract {
        @Override
        protected BalancerPolicy create(Scope scope) {
            return new LeastConnectionsProvider().create(new LeastConnectionsConfig(32, 4), scope);
        }
    }

    @Nested
    class AlwaysSampling extends BalancerContract {
        @Override
        protected BalancerPolicy create(Scope scope) {
            return new LeastConnectionsProvider().create(new LeastConnectionsConfig(1, 2), scope);
        }
    }

    @Nested
    class AlwaysExact extends BalancerContract {
        @Override
        protected BalancerPolicy create(Scope scope) {
            return new LeastConnectionsProvider().create(new LeastConnectionsConfig(1024, 2), scope);
        }
    }
}

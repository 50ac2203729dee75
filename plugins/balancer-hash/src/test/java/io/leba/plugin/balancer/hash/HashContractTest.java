package io.leba.plugin.balancer.hash;

import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.HashKey;
import io.leba.testkit.balance.BalancerContract;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class HashContractTest {
    private static BalancerPolicy consistentHash(double loadFactor, Scope scope) {
        KeyConfig key = new KeyConfig(HashKey.Kind.HEADER, Optional.of("X-User"));
        return new ConsistentHashProvider().create(new ConsistentHashConfig(key, loadFactor, 0), scope);
    }

    @Nested
    class IpHash extends BalancerContract {
        @Override
        protected BalancerPolicy create(Scope scope) {
            return new IpHashProvider().create(new IpHashConfig(), scope);
        }
    }

    @Nested
    class Unbounded extends BalancerContract {
        @Override
        protected BalancerPolicy create(Scope scope) {
            return consistentHash(0, scope);
        }
    }

    @Nested
    class Bounded extends BalancerContract {
        @Override
        protected BalancerPolicy create(Scope scope) {
            return consistentHash(1.25, scope);
        }
    }
}

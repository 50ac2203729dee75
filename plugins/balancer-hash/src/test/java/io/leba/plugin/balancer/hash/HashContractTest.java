package io.leba.plugin.balancer.hash;

import io.leba.testkit.balance.BalancerContract;
import org.junit.jupiter.api.Nested;

class HashContractTest {
    @Nested
    class IpHash extends BalancerContract {
        IpHash() {
            super(new HashPlugin(), "ip-hash");
        }
    }

    @Nested
    class Unbounded extends BalancerContract {
        Unbounded() {
            super(new HashPlugin(), "consistent-hash");
        }

        @Override
        protected String yaml() {
            return "{key: {type: header, name: X-User}, load_factor: 0}";
        }
    }

    @Nested
    class Bounded extends BalancerContract {
        Bounded() {
            super(new HashPlugin(), "consistent-hash");
        }

        @Override
        protected String yaml() {
            return "{key: {type: header, name: X-User}, load_factor: 1.25}";
        }
    }
}

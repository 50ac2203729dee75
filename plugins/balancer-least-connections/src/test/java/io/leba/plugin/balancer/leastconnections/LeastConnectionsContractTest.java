package io.leba.plugin.balancer.leastconnections;

import io.leba.testkit.balance.BalancerContract;
import org.junit.jupiter.api.Nested;

class LeastConnectionsContractTest {
    private abstract static class LeastConnectionsContract extends BalancerContract {
        private final String yaml;

        LeastConnectionsContract(String yaml) {
            super(new LeastConnectionsPlugin(), "least-connections");
            this.yaml = yaml;
        }

        @Override
        protected String yaml() {
            return yaml;
        }
    }

    @Nested
    class ByDefault extends LeastConnectionsContract {
        ByDefault() {
            super("");
        }
    }

    @Nested
    class AlwaysSampling extends LeastConnectionsContract {
        AlwaysSampling() {
            super("{exact_up_to: 1, sample: 2}");
        }
    }

    @Nested
    class AlwaysExact extends LeastConnectionsContract {
        AlwaysExact() {
            super("{exact_up_to: 1024, sample: 2}");
        }
    }
}

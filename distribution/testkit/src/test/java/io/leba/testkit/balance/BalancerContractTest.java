package io.leba.testkit.balance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Scope;
import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.config.NoConfig;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The contract passes a plain weighted random algorithm, and each of its guards fails an algorithm that breaks it. */
class BalancerContractTest extends BalancerContract {
    BalancerContractTest() {
        super(plugin(BalancerContractTest::weightedRandom), "trial");
    }

    private static LebaPlugin plugin(BalancerPolicy policy) {
        return () -> List.of(new BalancerProvider<NoConfig>() {
            @Override
            public String type() {
                return "trial";
            }

            @Override
            public Class<NoConfig> configType() {
                return NoConfig.class;
            }

            @Override
            public BalancerPolicy create(NoConfig config, Scope scope) {
                return policy;
            }
        });
    }

    private static Balancer weightedRandom(BackendSet set) {
        int sum = 0;
        for (int i = 0; i < set.size(); i++) {
            sum += set.weight(i);
        }
        int weights = sum;
        return context -> {
            if (weights == 0) {
                return Balancer.NONE;
            }
            int index = 0;
            for (int rest = context.random(weights) - set.weight(0); rest >= 0; rest -= set.weight(index)) {
                index++;
            }
            return index;
        };
    }

    @Test
    void refusesOneThatPicksFromNobody() {
        assertRefused(set -> context -> 0, BalancerContract::picksNothingFromAnEmptyGroup);
        assertRefused(set -> context -> 0, BalancerContract::picksNothingWhenNobodyIsAvailable);
    }

    @Test
    void refusesOneThatPicksTheUnavailable() {
        assertRefused(
                set -> context -> set.size() == 0 ? Balancer.NONE : context.random(set.size()),
                BalancerContract::neverPicksAnUnavailableBackend);
    }

    @Test
    void refusesOneThatIgnoresWeights() {
        assertRefused(
                set -> context -> context.random(set.size()), BalancerContract::sharesOfIdleBackendsFollowTheirWeights);
    }

    @Test
    void refusesOneThatHasAFavourite() {
        assertRefused(set -> context -> 0, BalancerContract::picksEveryAvailableBackendOverTime);
        assertRefused(set -> context -> 0, BalancerContract::offersAnotherBackendWhenOneWasTried);
    }

    @Test
    void refusesOneThatAllocates() {
        Object[] sink = new Object[1];
        assertRefused(
                set -> context -> {
                    sink[0] = new int[1];
                    return 0;
                },
                BalancerContract::allocatesNothingPerPick);
    }

    @Test
    void refusesOneWhosePoliciesShareACursor() {
        int[] cursor = new int[1];
        assertRefused(set -> context -> cursor[0]++ % set.size(), BalancerContract::policiesShareNoState);
    }

    private static void assertRefused(BalancerPolicy broken, Consumer<BalancerContract> guard) {
        assertDoesNotThrow(() -> guard.accept(new Trial(BalancerContractTest::weightedRandom)));
        assertThrows(AssertionError.class, () -> guard.accept(new Trial(broken)));
    }

    @Test
    void refusesOneThatWaits() {
        assertRefused(
                set -> context -> {
                    java.util.concurrent.locks.LockSupport.parkNanos(1000);
                    return 0;
                },
                BalancerContract::aPickNeverWaits);
    }

    private static final class Trial extends BalancerContract {
        Trial(BalancerPolicy policy) {
            super(plugin(policy), "trial");
        }
    }
}

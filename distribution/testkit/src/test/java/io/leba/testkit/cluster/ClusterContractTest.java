package io.leba.testkit.cluster;

import static io.leba.testkit.contract.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.Scope;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.NoConfig;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A state that keeps the contract passes, and each guard fails one that breaks it. */
class ClusterContractTest extends ClusterContract {
    ClusterContractTest() {
        super(ToyModule.plugin(), "lonely");
    }

    private static final class Provider extends Refusal.Making<ClusterState> implements ClusterProvider<NoConfig> {
        Provider(Function<Scope, ClusterState> maker) {
            super(maker);
        }
    }

    /** A good state, of which one method answers something else. */
    private static ClusterContract trial(String method, BiFunction<ClusterState, Object[], Object> answer) {
        return new ClusterContract(
                Refusal.plugin(new Provider(scope -> (ClusterState) Proxy.newProxyInstance(
                        ClusterState.class.getClassLoader(),
                        new Class<?>[] {ClusterState.class},
                        (proxy, called, given) -> called.getName().equals(method)
                                ? answer.apply(scope.cluster(), given)
                                : called.invoke(scope.cluster(), given)))),
                "trial") {
            @Override
            protected Duration patience() {
                return Duration.ofMillis(200);
            }
        };
    }

    @Test
    void refusesANodeWithoutANameAndOneThatWaits() {
        assertRefused(trial("nodeId", (state, given) -> " ")::aNodeThatIsAloneIsAmongTheLivingAndLeads);
        assertRefused(trial("isLeader", (state, given) -> {
            LockSupport.parkNanos(1000);
            return true;
        })::noMethodWaits);
    }

    @Test
    void refusesCountersThatAreOneForAllNames() {
        assertRefused(trial("counter", (state, given) -> state.counter("one"))::theSameNameIsTheSameCounter);
    }

    @Test
    void refusesMapsThatAreOneForAllNames() {
        assertRefused(trial("map", (state, given) -> state.map("one"))::theSameNameIsTheSameMap);
    }

    /** A map that gives out what it keeps. */
    private static final class Open implements ClusterState.SharedMap {
        private final Map<String, String> entries = new HashMap<>();
        private final AtomicReference<java.util.function.Consumer<Map<String, String>>> listener =
                new AtomicReference<>();

        @Override
        public Map<String, String> entries() {
            return entries;
        }

        @Override
        public void put(String key, String value) {
            entries.put(key, value);
            if (listener.get() != null) {
                listener.get().accept(Map.copyOf(entries));
            }
        }

        @Override
        public void remove(String key) {
            entries.remove(key);
        }

        @Override
        public io.leba.spi.Background.Cancellable onChange(java.util.function.Consumer<Map<String, String>> added) {
            listener.set(added);
            return () -> {};
        }
    }

    @Test
    void refusesEntriesThatChangeInTheHand() {
        Open open = new Open();
        assertRefused(trial("map", (state, given) -> open)::theEntriesGivenOutDoNotChange);
    }

    @Test
    void refusesListenersThatCannotBeTakenBack() {
        Open open = new Open();
        assertRefused(trial("map", (state, given) -> open)::aListenerIsToldOfTheEntriesUntilItIsTakenBack);
    }

    @Test
    void theStateOfALoneNodeKeepsIt() {
        assertThrows(
                UnsupportedOperationException.class,
                () -> io.leba.testkit.TestScope.of("x")
                        .cluster()
                        .map("m")
                        .entries()
                        .put("a", "b"));
    }
}

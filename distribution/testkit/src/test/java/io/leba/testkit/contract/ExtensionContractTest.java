package io.leba.testkit.contract;

import static io.leba.testkit.contract.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import io.leba.spi.Scope;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.testkit.ToyModule;
import io.leba.testkit.balance.BalancerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each guard that all suites share fails an extension that breaks it. */
class ExtensionContractTest {
    private static final BalancerPolicy FIRST = set -> pick -> set.size() == 0 ? -1 : 0;

    /** Undocumented, and never equal to its twin. */
    public record Careless(@Default("x") Pattern pattern) {}

    /** As it should be. */
    @Doc("Tidy.")
    public record Tidy(@Doc("A number.") @Default("1") int number) {}

    private record Trial<C extends Record>(Class<C> configType, BiFunction<C, Scope, BalancerPolicy> maker)
            implements BalancerProvider<C> {
        @Override
        public String type() {
            return "trial";
        }

        @Override
        public BalancerPolicy create(C config, Scope scope) {
            return maker.apply(config, scope);
        }
    }

    private static ExtensionContract<?, ?> contract(LebaPlugin plugin) {
        return new BalancerContract(plugin, "trial") {};
    }

    private static ExtensionContract<?, ?> making(BiFunction<Tidy, Scope, BalancerPolicy> maker) {
        return contract(() -> List.of(new Trial<>(Tidy.class, maker)));
    }

    @Test
    void aTidyOnePasses() {
        ExtensionContract<?, ?> tidy = making((config, scope) -> FIRST);

        tidy.isListedOnceUnderAWordThatCanBeWritten();
        tidy.everyKeyIsExplained();
        tidy.equalTextsMakeEqualConfigurations();
        tidy.whatItOpenedIsClosedWhenMakingItFails();
        tidy.noThreadOutlivesItsScope();
    }

    @Test
    void refusesATypeThatIsThereTwiceOrNotAtAll() {
        Trial<Tidy> one = new Trial<>(Tidy.class, (config, scope) -> FIRST);

        assertRefused(contract(() -> List.of(one, one))::isListedOnceUnderAWordThatCanBeWritten);
        assertRefused(contract(List::of)::isListedOnceUnderAWordThatCanBeWritten);
    }

    @Test
    void refusesProvidersThatDependOnHowOftenTheyAreAskedFor() {
        AtomicInteger asked = new AtomicInteger();
        assertRefused(contract(() -> {
            List<Provider<?, ?>> providers = new ArrayList<>();
            int times = asked.incrementAndGet();
            for (int i = 0; i < times; i++) {
                providers.add(new Trial<>(Tidy.class, (config, scope) -> FIRST));
            }
            return providers;
        })::isListedOnceUnderAWordThatCanBeWritten);
    }

    @Test
    void refusesKeysThatNobodyExplains() {
        ExtensionContract<?, ?> careless =
                contract(() -> List.of(new Trial<>(Careless.class, (config, scope) -> FIRST)));

        assertRefused(careless::everyKeyIsExplained);
        assertEquals(List.of("Careless", "Careless.pattern"), Documentation.missingIn(Careless.class));
    }

    @Test
    void refusesARecordThatIsNeverEqualToItsTwin() {
        record Odd() {
            @Override
            public boolean equals(Object other) {
                return this == other;
            }

            @Override
            public int hashCode() {
                return System.identityHashCode(this);
            }
        }
        assertRefused(
                contract(() -> List.of(new Trial<>(Odd.class, (config, scope) -> FIRST)))
                        ::equalTextsMakeEqualConfigurations);
    }

    @Test
    void refusesOneThatLeavesAThreadBehindWhenMakingItFails() {
        CountDownLatch end = new CountDownLatch(1);
        try {
            assertRefused(making((config, scope) -> {
                start(end);
                scope.meters();
                scope.onClose(end::countDown);
                return FIRST;
            })::whatItOpenedIsClosedWhenMakingItFails);
        } finally {
            end.countDown();
        }
    }

    @Test
    void refusesOneThatHidesWhyItsScopeFailed() {
        assertRefused(making((config, scope) -> {
            try {
                scope.meters();
            } catch (RuntimeException e) {
                throw new IllegalStateException("something went wrong");
            }
            return FIRST;
        })::whatItOpenedIsClosedWhenMakingItFails);
    }

    @Test
    void refusesOneThatLeavesAThreadBehind() {
        CountDownLatch end = new CountDownLatch(1);
        try {
            assertRefused(making((config, scope) -> {
                start(end);
                return FIRST;
            })::noThreadOutlivesItsScope);
        } finally {
            end.countDown();
        }
    }

    private static void start(CountDownLatch end) {
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "left-behind");
        thread.setDaemon(true);
        thread.start();
    }

    /** Keeps state where it should not. */
    static final class Hoarding implements LebaPlugin {
        static final List<String> SEEN = new ArrayList<>();
        static final AtomicInteger COUNT = new AtomicInteger();
        static final List<String> FIXED = List.of("a");
        static int number;

        @Override
        public List<Provider<?, ?>> providers() {
            return List.of(new Trial<>(Tidy.class, (config, scope) -> FIRST));
        }
    }

    @Test
    void refusesStaticFieldsThatChange() {
        List<String> found = new ArrayList<>();
        StaticState.look(Hoarding.class, found);
        String prefix = Hoarding.class.getName() + ".";

        assertEquals(
                List.of(
                        prefix + "COUNT: a AtomicInteger",
                        prefix + "SEEN: a collection that can be changed",
                        prefix + "number: is not final"),
                found.stream().sorted().toList());
        assertRefused(contract(new Hoarding())::nothingStaticChanges);
    }

    @Test
    void refusesClassesThatStay() {
        List<Object> held = new ArrayList<>();
        TrialRealm realm = new TrialRealm(ToyModule.plugin().getClass(), BalancerProvider.class, "round-robin");

        assertEquals(true, realm.isPossible());
        realm.assertUnloads("", (made, scope) -> {});
        assertRefused(() -> realm.assertUnloads("", (made, scope) -> held.add(made)));
        assertEquals(1, held.size());
    }
}

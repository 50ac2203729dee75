package io.leba.testkit.telemetry;

import static io.leba.testkit.contract.Refusal.assertRefused;

import io.leba.spi.Scope;
import io.leba.spi.config.NoConfig;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A listener that keeps the contract passes, and each guard fails one that breaks it. */
class TelemetryContractTest extends TelemetryContract {
    TelemetryContractTest() {
        super(ToyModule.plugin(), "counting");
    }

    private static final class Provider extends Refusal.Making<Telemetry> implements TelemetryProvider<NoConfig> {
        Provider(Function<Scope, Telemetry> maker) {
            super(maker);
        }
    }

    private static final class Trial extends TelemetryContract {
        Trial(Function<Scope, Telemetry> maker) {
            super(Refusal.plugin(new Provider(maker)), "trial");
        }
    }

    /** The one method as a lambda. */
    private interface Listening extends Telemetry {
        @Override
        Optional<ExchangeListener> exchanges();
    }

    @Test
    void refusesOneThatListensNowAndThen() {
        AtomicBoolean listens = new AtomicBoolean();
        Listening moody = () -> listens.getAndSet(!listens.get()) ? Optional.of(exchange -> {}) : Optional.empty();
        assertRefused(new Trial(scope -> moody)::whetherItListensDoesNotChange);
    }

    @Test
    void refusesOneThatLooksLater() {
        assertRefused(
                new Trial(scope -> (Listening)
                        () -> Optional.of(exchange -> scope.background().run(exchange::bytesOut)))
                        ::keepsNothingOfWhatItIsShown);
    }

    @Test
    void refusesOneThatWaits() {
        assertRefused(
                new Trial(scope -> (Listening) () -> Optional.of(exchange -> LockSupport.parkNanos(1000)))
                        ::neverWaitsOnTheLoop);
    }

    @Test
    void refusesOneThatFailsInTheBackground() {
        assertRefused(new Trial(scope ->
                (Listening) () -> Optional.of(exchange -> scope.background().run(() -> {
                    throw new IllegalStateException("broken");
                })))::takesEveryOutcomeAndWhatIsMissing);
    }

    @Test
    void refusesOneThatServesOneLoopOnly() {
        AtomicReference<Thread> owner = new AtomicReference<>();
        assertRefused(new Trial(scope -> (Listening) () -> Optional.of(exchange -> {
            owner.compareAndSet(null, Thread.currentThread());
            if (owner.get() != Thread.currentThread()) {
                throw new IllegalStateException("another thread");
            }
        }))::listensToAllLoopsAtOnce);
    }
}

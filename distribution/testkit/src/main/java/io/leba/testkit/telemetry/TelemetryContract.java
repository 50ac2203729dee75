package io.leba.testkit.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every exporter and listener keeps, beside what every extension does. */
public abstract class TelemetryContract extends ExtensionContract<TelemetryProvider<?>, Telemetry> {
    private static final int PER_LOOP = 2_000;
    private static final Duration LATER = Duration.ofMinutes(1);

    /**
     * For the test of telemetry.
     *
     * @param type the key in YAML
     */
    protected TelemetryContract(LebaPlugin plugin, String type) {
        super(TelemetryProvider.class, Telemetry.class, plugin, type);
    }

    @Override
    protected void use(Telemetry made, TestScope within) {
        made.exchanges().ifPresent(listener -> tellAll(listener, 0));
        within.background().advance(LATER);
    }

    private static List<ScriptedCompletion> tellAll(ExchangeListener listener, int loop) {
        List<ScriptedCompletion> told = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            told.add(ScriptedCompletion.of(loop, outcome).tell(listener));
            told.add(ScriptedCompletion.bare(loop, outcome).tell(listener));
        }
        return told;
    }

    private ExchangeListener listener() {
        Telemetry telemetry = create();
        assumeTrue(telemetry.exchanges().isPresent(), "it does not listen to exchanges");
        return telemetry.exchanges().orElseThrow();
    }

    @Test
    void whetherItListensDoesNotChange() {
        Telemetry telemetry = create();

        assertEquals(telemetry.exchanges().isPresent(), telemetry.exchanges().isPresent());
    }

    @Test
    void takesEveryOutcomeAndWhatIsMissing() {
        tellAll(listener(), 0);
        scope().background().advance(LATER);

        assertEquals(List.of(), scope().background().failures());
    }

    @Test
    void keepsNothingOfWhatItIsShown() {
        List<ScriptedCompletion> told = tellAll(listener(), 0);
        scope().background().advance(LATER);

        told.forEach(exchange -> assertNull(exchange.misuse(), "copy what is needed later"));
        assertEquals(List.of(), scope().background().failures());
    }

    @Test
    void neverWaitsOnTheLoop() {
        ExchangeListener listener = listener();
        tellAll(listener, 0);

        OnLoopGuard.run("the listener", () -> tellAll(listener, 0));
    }

    @Test
    void listensToAllLoopsAtOnce() throws InterruptedException {
        ExchangeListener listener = listener();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Queue<ScriptedCompletion> told = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int loop = 0; loop < loops(); loop++) {
            int index = loop;
            threads.add(new Thread(() -> {
                try {
                    for (int i = 0; i < PER_LOOP; i++) {
                        told.add(ScriptedCompletion.of(index, Outcome.SUCCESS).tell(listener));
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        scope().background().advance(LATER);

        assertNull(failure.get());
        told.forEach(exchange -> assertNull(exchange.misuse()));
    }
}

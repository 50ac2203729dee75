package io.leba.testkit.discovery;

import static io.leba.testkit.contract.Refusal.assertRefused;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Scope;
import io.leba.spi.config.NoConfig;
import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that keeps the contract passes, and each guard fails one that breaks it. */
class DiscoveryContractTest extends DiscoveryContract {
    @TempDir
    private Path folder;

    DiscoveryContractTest() {
        super(ToyModule.plugin(), "polled");
    }

    @Override
    protected String yaml() {
        return "file: " + folder.resolve("backends");
    }

    @Override
    protected void say(List<String> backends) throws IOException {
        Files.write(folder.resolve("backends"), backends);
    }

    @Override
    protected void fail() throws IOException {
        Files.deleteIfExists(folder.resolve("backends"));
    }

    /** A source in memory; empty: it fails. */
    private static final class Memory {
        private Optional<List<String>> now = Optional.empty();

        List<BackendSpec> specs() {
            return now.orElseThrow(() -> new IllegalStateException("nothing to read")).stream()
                    .map(one -> one.split(":"))
                    .map(parts -> BackendSpec.of(parts[0], Integer.parseInt(parts[1])))
                    .toList();
        }
    }

    private static final class Provider extends Refusal.Making<Discovery> implements DiscoveryProvider<NoConfig> {
        Provider(java.util.function.Function<Scope, Discovery> maker) {
            super(maker);
        }
    }

    /** Discoveries over a memory, by what they do each second. */
    private static final class Trial extends DiscoveryContract {
        private final Memory memory;

        Trial(Memory memory, LebaPlugin plugin) {
            super(plugin, "trial");
            this.memory = memory;
        }

        static Trial polling(BiConsumer<Memory, BackendSink> look) {
            Memory memory = new Memory();
            return new Trial(
                    memory,
                    Refusal.plugin(new Provider(scope -> sink -> scope.background()
                            .every(Duration.ZERO, Duration.ofSeconds(1), () -> look.accept(memory, sink)))));
        }

        @Override
        protected void say(List<String> backends) {
            memory.now = Optional.of(backends);
        }

        @Override
        protected void fail() {
            memory.now = Optional.empty();
        }
    }

    private static void wellBehaved(Memory memory, BackendSink sink) {
        try {
            sink.deliver(memory.specs());
        } catch (IllegalStateException e) {
            sink.failed("nothing to read");
        }
    }

    @Test
    void aWellBehavedOnePasses() throws Exception {
        Trial.polling(DiscoveryContractTest::wellBehaved).deliversEveryBackendOfTheSource();
        Trial.polling(DiscoveryContractTest::wellBehaved).aFailureIsToldAndTheLastGoodListStays();
    }

    @Test
    void refusesOneThatTakesAFailureForAnEmptyList() {
        BiConsumer<Memory, BackendSink> empties = (memory, sink) -> {
            try {
                sink.deliver(memory.specs());
            } catch (IllegalStateException e) {
                sink.failed("nothing to read");
                sink.deliver(List.of());
            }
        };
        assertRefused(Trial.polling(empties)::aFailureIsToldAndTheLastGoodListStays);
        assertRefused(Trial.polling(empties)::startingASourceThatCannotBeReadDoesNotThrowEither);
    }

    @Test
    void refusesOneThatKeepsAFailureToItself() {
        BiConsumer<Memory, BackendSink> silent = (memory, sink) -> {
            if (memory.now.isPresent()) {
                sink.deliver(memory.specs());
            }
        };
        assertRefused(Trial.polling(silent)::aFailureIsToldAndTheLastGoodListStays);
        assertRefused(Trial.polling(silent)::startingASourceThatCannotBeReadDoesNotThrowEither);
    }

    @Test
    void refusesOneThatThrowsInTheBackground() {
        assertRefused(
                Trial.polling((memory, sink) -> sink.deliver(memory.specs()))::aFailureIsToldAndTheLastGoodListStays);
    }

    @Test
    void refusesOneThatGivesUpAfterAFailure() {
        Map<Memory, Boolean> failed = new HashMap<>();
        assertRefused(Trial.polling((memory, sink) -> {
            if (memory.now.isEmpty()) {
                failed.put(memory, true);
            }
            if (!failed.containsKey(memory)) {
                sink.deliver(memory.specs());
            } else {
                sink.failed("given up");
            }
        })::itRecoversFromAFailure);
    }

    @Test
    void refusesOneThatDeliversOnlyWhatIsNew() {
        Map<Memory, List<BackendSpec>> known = new HashMap<>();
        BiConsumer<Memory, BackendSink> differences = (memory, sink) -> {
            List<BackendSpec> fresh = new ArrayList<>(memory.specs());
            fresh.removeAll(known.getOrDefault(memory, List.of()));
            known.put(memory, memory.specs());
            if (!fresh.isEmpty()) {
                sink.deliver(fresh);
            }
        };
        assertRefused(Trial.polling(differences)::deliversTheWholeListAgainWhenABackendIsAdded);
        assertRefused(Trial.polling(differences)::deliversTheWholeListAgainWhenABackendIsGone);
    }

    @Test
    void refusesOneThatChangesWhatItHasDelivered() {
        List<BackendSpec> one = new ArrayList<>();
        assertRefused(Trial.polling((memory, sink) -> {
            one.clear();
            one.addAll(memory.specs());
            sink.deliver(one);
        })::whatWasDeliveredIsNotChangedAfterwards);
    }

    @Test
    void refusesNamesThatAreThereTwice() {
        assertRefused(Trial.polling((memory, sink) -> {
            List<BackendSpec> twice = new ArrayList<>(memory.specs());
            twice.addAll(memory.specs());
            sink.deliver(twice);
        })::namesAreUniqueAndValuesInRange);
    }

    private static Trial starting(BiConsumer<Memory, BackendSink> start) {
        Memory memory = new Memory();
        return new Trial(memory, Refusal.plugin(new Provider(scope -> sink -> start.accept(memory, sink))));
    }

    @Test
    void refusesOneThatWaitsWhenItIsStarted() {
        assertRefused(starting((memory, sink) -> LockSupport.parkNanos(1000))::startingNeitherWaitsNorThrows);
    }

    @Test
    void refusesOneThatDeliversNothing() {
        assertRefused(starting((memory, sink) -> {})::deliversEveryBackendOfTheSource);
    }

    @Test
    void refusesGroupsThatComeLate() {
        Map<String, String> groups = new HashMap<>();
        assertRefused(new Trial(new Memory(), Refusal.plugin(new Provider(scope -> new Discovery() {
            @Override
            public Map<String, String> groups() {
                return Map.copyOf(groups);
            }

            @Override
            public void start(BackendSink sink) {
                groups.put("late", "http");
            }
        })))::theGroupsThatItFeedsAreKnownBeforeItStarts);
    }

    @Test
    void refusesOneThatGoesOnAfterItsScopeHasClosed() {
        Memory memory = new Memory();
        List<BackendSink> sinks = new ArrayList<>();
        assertRefused(new Trial(memory, Refusal.plugin(new Provider(scope -> {
            scope.onClose(() -> sinks.get(0).deliver(List.of()));
            return sink -> {
                sinks.add(0, sink);
                sink.deliver(memory.specs());
            };
        })))::nothingIsDeliveredOnceItsScopeIsClosed);
    }
}

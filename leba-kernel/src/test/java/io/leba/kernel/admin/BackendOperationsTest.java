package io.leba.kernel.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.backend.BackendRegistry;
import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.plugin.ToyPlugin;
import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.ControlThread;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.TransportKind;
import io.leba.spi.TimeSource;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.Refused;
import io.leba.spi.discovery.BackendSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do to backends, with real traffic through a toy protocol. */
class BackendOperationsTest {
    private static final BackendChange READY = new BackendChange.Ready();
    private static final BackendChange DRAIN = new BackendChange.Drain();
    private static final BackendChange DISABLE = new BackendChange.Disable();

    @TempDir
    private Path folder;

    private LineBackend one;
    private LineBackend two;
    private Node node;

    @BeforeEach
    void start() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        one = new LineBackend("one");
        two = new LineBackend("two");
        node = Node.start(new NodeOptions(
                write(""),
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of()));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        one.close();
        two.close();
    }

    private Path write(String more) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), """
                event_loops: 2
                shutdown_timeout: 1s
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0, default_backend: app}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line, group_name: app}
                  - {name: b, address: 127.0.0.1, port: %d, protocol: line, group_name: app}
                routing_rules:
                  - {name: single, prefix: single, target_backend: b}
                """.formatted(one.port(), two.port()) + more);
    }

    private LineCaller call() throws IOException {
        String address = node.state().frontends().get(0).address();
        return new LineCaller(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private BackendState member(String name) {
        return node.state().groups().stream()
                .filter(group -> group.name().equals("app"))
                .flatMap(group -> group.backends().stream())
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static TreeSet<String> answers(LineCaller caller, String line) throws IOException {
        TreeSet<String> answers = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            answers.add(caller.ask(line));
        }
        return answers;
    }

    @Test
    void aDrainedBackendIsDrainedWhereverItIsUsed() throws Exception {
        try (LineCaller caller = call()) {
            assertEquals(new TreeSet<>(List.of("one hi", "two hi")), answers(caller, "hi"));
            BackendState state = node.backend("app", "b", DRAIN);
            assertEquals("drain", state.admin());
            assertEquals(0, state.effectiveWeight());
            assertEquals(3, state.exchanges());
            assertEquals(new TreeSet<>(List.of("one hi")), answers(caller, "hi"));
            assertEquals("none single", caller.ask("single"), "a target of one backend fails closed");

            assertEquals("ready", node.backend("b", "b", READY).admin());
            assertEquals("two single", caller.ask("single"));
            assertEquals(4, node.backend("app", "b", READY).exchanges(), "all its uses are counted");
            assertEquals(new TreeSet<>(List.of("one hi", "two hi")), answers(caller, "hi"));
        }
    }

    @Test
    void allDrainedFailsClosed() throws Exception {
        try (LineCaller caller = call()) {
            node.backend("app", "a", DRAIN);
            node.backend("app", "b", DISABLE);
            assertEquals("none ", caller.ask("hi"));
            node.backend("app", "a", READY);
            assertEquals("one hi", caller.ask("hi"));
        }
    }

    @Test
    void whatWasSaidHoldsThroughReloads() throws Exception {
        node.backend("app", "a", DRAIN);
        node.backend("app", "b", new BackendChange.Weight(7));
        write("backend_groups: [{name: app, protocol: line, algorithm: {type: round-robin, start: 5}}]\n");
        node.reload();
        assertEquals(2, node.state().generation());
        try (LineCaller caller = call()) {
            assertEquals(new TreeSet<>(List.of("two hi")), answers(caller, "hi"));
        }
        BackendState b = node.backend("app", "b", READY);
        assertEquals(7, b.effectiveWeight());
        assertEquals(1, b.weight());
    }

    @Test
    void whatWasSaidOfABackendThatIsGoneCanBeTakenBack() throws Exception {
        node.backend("app", "b", DRAIN);
        String both = Files.readString(folder.resolve("config.yaml"));
        Files.writeString(
                folder.resolve("config.yaml"),
                both.lines()
                        .filter(line -> !line.contains("name: b") && !line.contains("rout") && !line.contains("single"))
                        .collect(Collectors.joining("\n")));
        node.reload();
        assertEquals(
                List.of("a"),
                node.state().groups().get(0).backends().stream()
                        .map(BackendState::name)
                        .toList());

        BackendState gone = node.backend("app", "b", DISABLE);
        assertEquals("disabled, not listed at present", gone.admin() + ", " + gone.reason());
        assertEquals("ready", node.backend("app", "b", READY).admin());
        assertRefused(
                Refused.Reason.NOT_FOUND,
                "group 'app' has no backend 'b'; did you mean 'a'? backends: a",
                () -> node.backend("app", "b", READY));
        Files.writeString(folder.resolve("config.yaml"), both);
        node.reload();
        assertEquals("ready", member("b").admin());
    }

    @Test
    void whatIsUnknownOrOutOfRangeIsRefusedWithWhatWouldBeRight() {
        assertRefused(
                Refused.Reason.NOT_FOUND,
                "there is no group 'apq'; did you mean 'app'? groups: app, b",
                () -> node.backend("apq", "a", DRAIN));
        assertRefused(
                Refused.Reason.NOT_FOUND,
                "group 'app' has no backend 'zzz'; backends: a, b",
                () -> node.backend("app", "zzz", DRAIN));
        assertRefused(
                Refused.Reason.INVALID,
                "weight: must be between 0 and 65535, got 65536",
                () -> node.backend("app", "a", new BackendChange.Weight(65_536)));
        assertRefused(
                Refused.Reason.INVALID,
                "weight: must be between 0 and 65535, got -1",
                () -> node.backend("app", "a", new BackendChange.Weight(-1)));
    }

    private static void assertRefused(Refused.Reason reason, String problem, Runnable change) {
        Refused refused = assertThrows(Refused.class, change::run);
        assertEquals(reason, refused.reason());
        assertEquals(List.of(problem), refused.problems());
    }

    @Test
    void aNodeThatHasStoppedRefusesChanges() {
        node.close();
        assertEquals(
                Refused.Reason.CONFLICT,
                assertThrows(Refused.class, () -> node.backend("app", "a", DRAIN))
                        .reason());
    }

    @Test
    void drainingUnderLoadFailsNothingAndLetsNothingNewThrough() throws Exception {
        int callers = 16;
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong asked = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        List<Future<String>> results = new ArrayList<>();
        try {
            for (int i = 0; i < callers; i++) {
                results.add(threads.submit(() -> {
                    try (LineCaller caller = call()) {
                        while (!over.get()) {
                            String answer = caller.ask("hi");
                            if (!"one hi".equals(answer) && !"two hi".equals(answer)) {
                                return "answer: " + answer;
                            }
                            asked.incrementAndGet();
                        }
                        return "";
                    }
                }));
            }
            for (int round = 0; round < 40; round++) {
                String name = round % 2 == 0 ? "a" : "b";
                BackendChange change = round % 4 < 2 ? DRAIN : DISABLE;
                BackendState drained = node.backend("app", name, change);
                long most = drained.exchanges() + drained.inFlight();
                long goal = asked.get() + 200;
                while (asked.get() < goal && results.stream().noneMatch(Future::isDone)) {
                    Thread.onSpinWait();
                }
                BackendState later = member(name);
                node.backend("app", name, READY);
                assertTrue(
                        later.exchanges() <= most,
                        "picked after it was drained: " + (later.exchanges() - most) + " in round " + round);
                assertEquals(0, later.inFlight(), "in round " + round);
            }
            over.set(true);
            for (Future<String> result : results) {
                assertEquals("", result.get(30, TimeUnit.SECONDS));
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void aChangeIsDoneWhenEveryLoopHasGoneBy() throws Exception {
        try (BackgroundPool background = new BackgroundPool();
                ControlThread control = ControlThread.start();
                EventLoops loops = EventLoops.start(TransportKind.AUTO, 2, TimeSource.SYSTEM)) {
            BackendRegistry registry = new BackendRegistry(loops, control, background, new MeterHub(2));
            control.call(() -> registry.group("app", "line").members(List.of(BackendSpec.of("127.0.0.1", 1))));
            CountDownLatch busy = new CountDownLatch(1);
            loops.loops().get(1).execute(() -> awaitQuietly(busy));
            CompletableFuture<BackendState> change = CompletableFuture.supplyAsync(
                    () -> new BackendOperations(registry, control).change("app", "127.0.0.1:1", DRAIN));
            assertThrows(TimeoutException.class, () -> change.get(300, TimeUnit.MILLISECONDS));
            busy.countDown();
            assertEquals("drain", change.get(30, TimeUnit.SECONDS).admin());
            control.call(() -> {
                registry.close();
                return null;
            });
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aLongExchangeIsNotDisturbedByADrain() throws Exception {
        node.backend("app", "b", DRAIN);
        try (LineCaller busy = call()) {
            busy.send("wait");
            one.awaitWaiting();
            assertEquals(1, node.backend("app", "a", DISABLE).inFlight());
            one.letGo();
            assertEquals("one wait", busy.read());
            assertEquals("none ", busy.ask("hi"));
            assertNull(node.state().groups().stream()
                    .filter(group -> group.backends().stream().anyMatch(backend -> backend.inFlight() > 0))
                    .findFirst()
                    .orElse(null));
        }
    }
}

package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.Change;
import io.leba.spi.control.PluginInfo;
import io.leba.spi.control.Refused;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins come, are replaced, and go while a node serves. */
class PluginSwapWhileServingTest {
    private static final String ALWAYS = ", algorithm: {type: always}";

    private static ResourceLeakDetector.Level level;

    @TempDir
    private Path folder;

    private ServedNode served;
    private Path aside;

    /** Its records of where a buffer was touched keep the classes that touched it. */
    @BeforeAll
    static void detectNoLeaks() {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void detectLeaks() {
        ResourceLeakDetector.setLevel(level);
    }

    @BeforeEach
    void prepare() throws IOException {
        served = new ServedNode(folder);
        aside = Files.createDirectory(folder.resolve("aside"));
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    private PluginInfo info(String id) {
        return served.node.plugins().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Refused refused(Runnable change) {
        return assertThrows(Refused.class, change::run);
    }

    /** What answers a number of questions on one connection. */
    private static List<String> answers(LineCaller caller, int count) throws IOException {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(caller.ask("hi"));
        }
        return answers;
    }

    private void awaitCollected() {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return served.node.lingeringRealms().isEmpty() && served.node.retiring() == 0;
        });
    }

    @Test
    void aBalancerIsSwappedUnderOpenConnectionsAndTheOldOneIsUnloaded() throws Exception {
        ToyPlugin.always(served.plugins.resolve("always.jar"), "1.0", 0);
        served.serve(served.yaml(ALWAYS), false);
        Path next = ToyPlugin.always(aside.resolve("always.jar"), "1.1", 1);
        try (LineCaller caller = served.call()) {
            assertEquals(List.of("one hi", "one hi"), answers(caller, 2));
            Files.move(next, served.plugins.resolve("always.jar"), StandardCopyOption.REPLACE_EXISTING);
            Change change = served.node.rescanPlugins();
            assertEquals(List.of("plugin com.example.always 1.1 replaces 1.0"), change.lines());
            assertEquals(2, change.generation());
            assertEquals(List.of("two hi", "two hi"), answers(caller, 2), "the same connection, the new algorithm");
            awaitCollected();
            assertEquals("two hi", caller.ask("hi"), "the connection has outlived the old algorithm's classes");
        }
    }

    @Test
    void aConnectionInTheMiddleOfAnExchangeDoesNotKeepASwappedBalancerOrFilter() throws Exception {
        ToyPlugin.always(served.plugins.resolve("always.jar"), "1.0", 0);
        ToyPlugin.mark(served.plugins.resolve("mark.jar"), "1.0");
        served.serve(served.yaml(ALWAYS + ", stamp: {}"), false);
        try (LineCaller caller = served.call()) {
            caller.send("wait");
            served.one.awaitWaiting();
            served.node.reloadPlugin("com.example.always");
            served.node.reloadPlugin("com.example.mark");
            awaitCollected(); // the filter's after the drain timeout, with the exchange still under way
            served.one.letGo();
            assertEquals("one wait filters=1", caller.read());
            assertEquals("one hi filters=1", caller.ask("hi"));
        }
    }

    @Test
    void aSwappedProtocolDrainsItsConnectionsAndServesNewOnes() throws Exception {
        served.serve(served.yaml(""), false);
        ToyPlugin.variant(
                aside.resolve("toy.jar"),
                "2.0",
                text -> text.replace("got + line.config", "\"v2 \" + got + line.config"));
        try (LineCaller idle = served.call();
                LineCaller busy = served.call()) {
            idle.ask("hi");
            busy.send("wait");
            await().until(() -> served.one.isWaiting() || served.two.isWaiting());
            served.node.installPlugin(aside.resolve("toy.jar"));
            assertNull(idle.read(), "an idle connection is told to end");
            served.one.letGo();
            served.two.letGo();
            assertTrue(busy.read().endsWith(" wait"), "an exchange ends as it began");
            assertNull(busy.read());
        }
        try (LineCaller caller = served.call()) {
            assertTrue(caller.ask("hi").startsWith("v2 "));
        }
        awaitCollected();
    }

    @Test
    void noExchangeFailsWhileEveryKindIsSwappedUnderLoad() throws Exception {
        ToyPlugin.always(served.plugins.resolve("always.jar"), "1.0", 0);
        ToyPlugin.mark(served.plugins.resolve("mark.jar"), "1.0");
        served.serve(served.yaml(ALWAYS + ", stamp: {}, health_check: {type: pong, interval: 1s}"), false);
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong asked = new AtomicLong();
        List<String> wrong = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                while (running.get()) {
                    try (LineCaller caller = served.call()) {
                        for (int n = 0; n < 20 && running.get(); n++) {
                            String answer = caller.ask("hi");
                            if (answer == null) {
                                break; // told to end between two exchanges
                            }
                            asked.incrementAndGet();
                            if (!answer.endsWith(" hi filters=1")) {
                                wrong.add(answer);
                            }
                        }
                    } catch (IOException e) {
                        wrong.add(e.toString());
                    }
                }
            });
            load.add(thread);
            thread.start();
        }
        try {
            for (int i = 0; i < 12; i++) {
                long before = asked.get();
                served.node.reloadPlugin(List.of("com.example.always", "com.example.mark", "com.example.toy")
                        .get(i % 3));
                await().until(() -> asked.get() > before + 50);
            }
        } finally {
            running.set(false);
            for (Thread thread : load) {
                thread.join(30_000);
            }
        }
        assertEquals(List.of(), wrong);
        awaitCollected();
    }

    @Test
    void aJarThatCannotBeUsedIsRefusedAndWhatServedServesOn() throws Exception {
        served.serve(served.yaml(""), false);
        Files.writeString(served.plugins.resolve("toy.jar"), "not a jar");
        assertEquals(List.of(), served.node.rescanPlugins().lines());
        assertTrue(info("com.example.toy").problem().contains("keeps serving"), info("com.example.toy")::problem);
        Path bad = Files.writeString(aside.resolve("bad.jar"), "not a jar either");
        Refused refused = refused(() -> served.node.installPlugin(bad));
        assertEquals(Refused.Reason.INVALID, refused.reason());
        assertTrue(refused.getMessage().startsWith("bad.jar: "), refused::getMessage);
        assertFalse(Files.exists(served.plugins.resolve("bad.jar")));
        try (LineCaller caller = served.call()) {
            assertTrue(caller.ask("hi").endsWith(" hi"));
        }
        assertEquals(1, served.node.state().generation());
    }

    @Test
    void aJarThatTheConfigurationNeedsIsNotTakenAwayAndAnotherOneIs() throws Exception {
        ToyPlugin.always(served.plugins.resolve("always.jar"), "1.0", 0);
        ToyPlugin.mark(served.plugins.resolve("mark.jar"), "1.0");
        served.serve(served.yaml(ALWAYS), false);
        Files.delete(served.plugins.resolve("always.jar"));
        Files.delete(served.plugins.resolve("mark.jar"));
        assertEquals(
                List.of("plugin com.example.mark 1.0 removed"),
                served.node.rescanPlugins().lines());
        String problem = info("com.example.always").problem();
        assertTrue(problem.contains("unknown type 'always'") || problem.contains("always"), problem);
        assertTrue(problem.contains("config.yaml:7"), problem);
        try (LineCaller caller = served.call()) {
            assertEquals("one hi", caller.ask("hi"));
        }
        Files.writeString(served.config(), served.yaml(""));
        served.node.reload();
        assertTrue(
                served.node.plugins().stream().noneMatch(one -> one.id().equals("com.example.always")),
                "it goes when the configuration does not need it any more");
        awaitCollected();
    }

    @Test
    void aPluginIsDisabledUnlessItIsInUseAndEnabledAgain() throws Exception {
        ToyPlugin.mark(served.plugins.resolve("mark.jar"), "1.0");
        served.serve(served.yaml(""), false);
        Refused refused = refused(() -> served.node.disablePlugin("com.example.toy"));
        assertTrue(refused.getMessage().contains("com.example.toy is in use"), refused::getMessage);
        assertEquals("started", info("com.example.toy").state());
        served.node.disablePlugin("com.example.mark");
        assertEquals("disabled", info("com.example.mark").state());
        served.node.enablePlugin("com.example.mark");
        assertEquals("started", info("com.example.mark").state());
        Refused unknown = refused(() -> served.node.reloadPlugin("com.example.other"));
        assertEquals(Refused.Reason.NOT_FOUND, unknown.reason());
        assertTrue(unknown.getMessage().contains("com.example.mark, com.example.toy"), unknown::getMessage);
    }

    @Test
    void aNewVersionThatBreaksTheConfigurationIsPutBack() throws Exception {
        served.serve(served.yaml(", algorithm: {type: round-robin, start: 3}"), false);
        byte[] before = Files.readAllBytes(served.plugins.resolve("toy.jar"));
        Path next = ToyPlugin.variant(
                aside.resolve("toy-2.jar"), "2.0", text -> text.replace("max = \"9\"", "max = \"2\""));
        Refused refused = refused(() -> served.node.installPlugin(next));
        assertTrue(refused.getMessage().contains("algorithm.start: must be"), refused::getMessage);
        assertTrue(Arrays.equals(before, Files.readAllBytes(served.plugins.resolve("toy.jar"))));
        assertFalse(Files.exists(served.plugins.resolve("toy-2.jar")));
        assertEquals("1.0", info("com.example.toy").version());
    }

    @Test
    void anInstalledVersionTakesTheOldJarsPlace() throws Exception {
        served.serve(served.yaml(""), false);
        Path next = ToyPlugin.variant(aside.resolve("toy-2.jar"), "2.0", text -> text);
        Change change = served.node.installPlugin(next);
        assertEquals(List.of("plugin com.example.toy 2.0 replaces 1.0"), change.lines());
        assertFalse(Files.exists(served.plugins.resolve("toy.jar")));
        assertTrue(Files.exists(served.plugins.resolve("toy-2.jar")));
        assertEquals(List.of(), served.node.rescanPlugins().lines(), "nothing is left to do");
        awaitCollected();
    }

    @Test
    void aFolderThatIsWatchedIsTakenOverOnceItsJarsAreWhole() throws Exception {
        Files.delete(served.plugins.resolve("toy.jar"));
        served.serve(served.yaml(""), true);
        assertFalse(served.node.state().ready());
        ToyPlugin.install(aside);
        byte[] whole = Files.readAllBytes(aside.resolve("toy.jar"));
        try (OutputStream out = Files.newOutputStream(served.plugins.resolve("toy.jar"))) {
            out.write(whole, 0, whole.length / 2);
            out.flush();
            await().pollDelay(PluginWatcher.INTERVAL.multipliedBy(3))
                    .until(() -> served.node.plugins().isEmpty());
            out.write(whole, whole.length / 2, whole.length - whole.length / 2);
        }
        await().until(() -> served.node.state().ready());
        try (LineCaller caller = served.call()) {
            assertTrue(caller.ask("hi").endsWith(" hi"));
        }
        ToyPlugin.always(served.plugins.resolve("always.jar"), "1.0", 0);
        await().until(() -> served.node.plugins().size() == 2);
        Files.delete(served.plugins.resolve("always.jar"));
        await().until(() -> served.node.plugins().size() == 1);
    }
}

package io.leba.testkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.ToyModule;
import io.leba.testkit.origin.TcpOrigin;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestNodeTest {
    private TcpOrigin one;
    private TcpOrigin two;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        one = TcpOrigin.lines("one");
        two = TcpOrigin.lines("two");
    }

    @AfterEach
    void stop() throws IOException {
        one.close();
        two.close();
    }

    private static TestNode.Builder node() {
        return TestNode.builder().nothingElse().plugin(ToyModule.folder());
    }

    private static String yaml(TcpOrigin origin) {
        return """
                drain_timeout: 1s
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(origin.port());
    }

    @Test
    void aPluginInAFolderServesInARealmOfItsOwn() throws IOException {
        try (TestNode node = node().start(yaml(one));
                TcpClient client = node.connect()) {
            assertEquals("one hello", client.send("hello\n").readLine());
            assertEquals("started", node.control().plugins().get(0).state());
            assertEquals("com.example.toys.jar", node.control().plugins().get(0).jar());
            node.await("the count", () -> node.backend("line", "a").exchanges() == 1);
            assertThrows(AssertionError.class, () -> node.backend("line", "z"));
            assertThrows(AssertionError.class, () -> node.address("z"));
        }
    }

    @Test
    void anotherConfigurationIsTakenOver() throws IOException {
        try (TestNode node = node().start(yaml(one));
                TcpClient client = node.connect()) {
            client.send("hello\n").readLine();
            node.reload(yaml(two));

            assertEquals("two hello", client.send("hello\n").readLine(), "the same connection, the new backend");
            assertEquals(2, node.state().generation());
        }
    }

    @Test
    void aBadConfigurationIsRefusedWithEveryProblemAndTheOldOneServes() throws IOException {
        try (TestNode node = node().start(yaml(one));
                TcpClient client = node.connect()) {
            RuntimeException refused =
                    assertThrows(RuntimeException.class, () -> node.reload("frontend_services: 1\nx: 2\n"));

            assertTrue(refused.getMessage().contains("frontend_services: must be a list"), refused::getMessage);
            assertEquals("one hello", client.send("hello\n").readLine());
        }
        RuntimeException refused = assertThrows(RuntimeException.class, () -> node().start("event_loops: many\n"));
        assertTrue(refused.getMessage().contains("event_loops"), refused::getMessage);
    }

    @Test
    void aSwappedPluginLeavesNothingBehind() throws IOException {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try (TestNode node = node().start(yaml(one))) {
            try (TcpClient client = node.connect()) {
                assertEquals("one hello", client.send("hello\n").readLine());
            }
            node.assertUnloads(ToyModule.folder());
            try (TcpClient client = node.connect()) {
                assertEquals("one again", client.send("again\n").readLine());
            }
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    @Test
    void threadsThatAPluginCausesToBeMadeDoNotHoldIt() throws IOException {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        Files.writeString(folder.resolve("found"), "127.0.0.1:" + one.port());
        String yaml = """
                drain_timeout: 1s
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                backend_groups:
                  - {name: line, protocol: line, discovery: {type: polled, file: "%s"}}
                """.formatted(folder.resolve("found"));
        try (TestNode node = node().start(yaml)) {
            node.await(
                    "the backend",
                    () -> !node.state().groups().get(0).backends().isEmpty());
            node.assertUnloads(ToyModule.folder());
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    @Test
    void theLeakDetectorsStackTracesKeepClasses() throws IOException {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try (TestNode node = node().start(yaml(one))) {
            assertThrows(IllegalStateException.class, () -> node.assertUnloads(ToyModule.folder()));
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    @Test
    void whatIsNoPluginIsNotSwappedIn() throws IOException {
        try (TestNode node = node().start(yaml(one));
                TcpClient client = node.connect()) {
            assertEquals("one hello", client.send("hello\n").readLine());
            Path nothing = folder.resolve("nothing");
            Files.createDirectories(nothing);
            assertThrows(RuntimeException.class, () -> node.swap(nothing));
            assertEquals("one again", client.send("again\n").readLine());
        }
    }

    @Test
    void filesAndVariablesCanBeNamedInTheConfiguration() throws IOException {
        String yaml = yaml(one)
                .replace("backends:", "include: more/*.yaml\nbackends:")
                .replace("name: a", "name: \"${WHO}\"");
        try (TestNode node = node().file("more/x.yaml", "node_id: included\n")
                .variable("WHO", "b")
                .start(yaml)) {
            assertEquals("included", node.state().nodeId());
            assertEquals("127.0.0.1:" + one.port(), node.backend("line", "b").address());
        }
    }

    @Test
    void healthGoesByTheClockThatTheTestTurns() throws IOException {
        TurnedClock clock = new TurnedClock();
        String yaml = yaml(one) + """
                backend_groups:
                  - {name: line, protocol: line, health_check: {type: knock, interval: 1h, rise: 1, fall: 1}}
                """;
        try (TestNode node = node().clock(clock).start(yaml)) {
            node.turnUntil(
                    Duration.ofMinutes(10),
                    "that it is down",
                    () -> node.backend("line", "a").health().equals("down"));
            assertFalse(one.connections() == 0, "it was probed");
        }
    }

    @Test
    void aClassIsFoundWithItsFolder() {
        assertTrue(PluginFiles.isPlugin(
                PluginFiles.of(ToyModule.plugin().getClass().asSubclass(io.leba.spi.LebaPlugin.class))));
        assertFalse(PluginFiles.isPlugin(folder));
        assertThrows(IllegalArgumentException.class, () -> PluginFiles.install(folder, folder));
    }

    @Test
    void theHomesPluginsAreInstalledToo() throws IOException {
        Path home = folder.resolve("home");
        PluginFiles.install(ToyModule.folder(), home.resolve(PluginFiles.FOLDER));
        Files.writeString(home.resolve(PluginFiles.FOLDER).resolve("README"), "not a jar");
        System.setProperty("leba.home", home.toString());
        try {
            assertEquals(
                    home.resolve("plugins/com.example.toys.jar"),
                    PluginFiles.installed().get("com.example.toys"));
            try (TestNode node = TestNode.start(yaml(one));
                    TcpClient client = node.connect()) {
                assertEquals("one hello", client.send("hello\n").readLine());
            }
        } finally {
            System.clearProperty("leba.home");
        }
    }

    @Test
    void whatCannotBeReadIsLeftOutAndNotInstalled() throws IOException {
        Path plugins = folder.resolve("home").resolve(PluginFiles.FOLDER);
        PluginFiles.install(ToyModule.folder(), plugins);
        Path broken = Files.writeString(plugins.resolve("broken.jar"), "not a jar");
        Path hollow = plugins.resolve("hollow.jar");
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(hollow))) {
            jar.putNextEntry(new ZipEntry("module-info.class"));
            jar.write(new byte[8]);
        }
        System.setProperty("leba.home", folder.resolve("home").toString());
        try {
            assertEquals(
                    plugins.resolve("com.example.toys.jar"),
                    PluginFiles.installed().get("com.example.toys"));
        } finally {
            System.clearProperty("leba.home");
        }
        for (Path jar : List.of(broken, hollow)) {
            UncheckedIOException refused = assertThrows(
                    UncheckedIOException.class, () -> PluginFiles.install(jar, folder.resolve("elsewhere")));
            assertTrue(refused.getMessage().startsWith("cannot read " + jar + ": "), refused.getMessage());
        }
    }

    @Test
    void thePlugInsJarIsThatOfTheFolder() throws IOException {
        Path jar = PluginFiles.install(ToyModule.folder(), folder.resolve("a"));
        Path copy = PluginFiles.install(jar, folder.resolve("b"));

        assertTrue(PluginFiles.isPlugin(copy));
        assertEquals(-1, Files.mismatch(jar, copy));
    }
}

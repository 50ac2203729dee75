package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.config.ConfigException;
import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.NodeState.BackendState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is started again knows what it knew. */
class NodeStateFileTest {
    private static final String KEY = "state_key: 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

    @TempDir
    private Path folder;

    private LineBackend one;
    private LineBackend two;
    private Node node;

    @BeforeEach
    void install() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        one = new LineBackend("one");
        two = new LineBackend("two");
    }

    @AfterEach
    void stop() throws IOException {
        if (node != null) {
            node.close();
        }
        one.close();
        two.close();
    }

    private Node start(String more) throws IOException {
        Path config = Files.writeString(folder.resolve("config.yaml"), """
                event_loops: 1
                shutdown_timeout: 1s
                state_file: var/leba.state
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0, default_backend: app}
                backend_groups:
                  - {name: app, protocol: line, health_check: {type: pong, interval: 60s}}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line, group_name: app}
                  - {name: b, address: 127.0.0.1, port: %d, protocol: line, group_name: app}
                """.formatted(one.port(), two.port()) + more);
        node = Node.start(new NodeOptions(
                config,
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of()));
        return node;
    }

    private BackendState backend(String name) {
        return node.state().groups().get(0).backends().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String file() throws IOException {
        return new String(Files.readAllBytes(folder.resolve("var/leba.state")), StandardCharsets.ISO_8859_1);
    }

    private List<String> inVar() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("var"))) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void overridesHealthAndGenerationSurviveARestart() throws IOException {
        two.close();
        start("");
        await().until(() -> backend("b").health().equals("down"));
        node.reload();
        node.backend("app", "a", new BackendChange.Drain());
        node.backend("app", "b", new BackendChange.Weight(9));
        long generation = node.state().generation();
        BackendState a = backend("a");
        BackendState b = backend("b");
        node.close();

        start("");
        assertEquals(generation + 1, node.state().generation());
        assertEquals(a, backend("a"));
        assertEquals("down", backend("b").health(), "before any probe");
        assertEquals(b.reason(), backend("b").reason());
        assertEquals(Optional.of(9), backend("b").weightOverride());
    }

    @Test
    void aNodeThatIsKilledHasWrittenWhatIsASecondOld() throws Exception {
        start("");
        node.backend("app", "a", new BackendChange.Disable());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(folder.resolve("var/leba.state")) && file().contains("\"disabled\""));
        Path copy = folder.resolve("copy");
        Files.copy(folder.resolve("var/leba.state"), copy);
        node.backend("app", "a", new BackendChange.Ready());
        node.close();
        Files.move(copy, folder.resolve("var/leba.state"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        start("");
        assertEquals("disabled", backend("a").admin());
    }

    @Test
    void anEncryptedStateIsReadWithItsKeyAndSetAsideWithAnother() throws Exception {
        start(KEY);
        node.backend("app", "a", new BackendChange.Drain());
        node.close();
        assertTrue(file().startsWith("LEBA-STATE 1 aes-256-gcm "));
        assertFalse(file().contains("drain"));
        start(KEY);
        assertEquals("drain", backend("a").admin());
        node.close();
        start(KEY.replace("00010203", "ffffffff"));
        assertEquals("ready", backend("a").admin());
        assertTrue(inVar().stream().anyMatch(name -> name.startsWith("leba.state.unreadable-")), inVar()::toString);
    }

    @Test
    void aTornFileDoesNotKeepANodeFromStarting() throws Exception {
        start("");
        node.backend("app", "a", new BackendChange.Drain());
        node.close();
        Path file = folder.resolve("var/leba.state");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
        start("");
        assertEquals("ready", backend("a").admin());
        assertEquals(1, node.state().generation());
        await().until(() -> inVar().size() == 2);
    }

    @Test
    void aStateFileThatIsNamedLaterIsWrittenFromThenOn() throws Exception {
        start("");
        node.backend("app", "a", new BackendChange.Drain());
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("var/leba.state", "elsewhere/state"));
        node.reload();
        await().until(() -> Files.exists(folder.resolve("elsewhere/state")));
    }

    @Test
    void aKeyThatDoesNotFitIsAProblemAtItsPlace() {
        ConfigException thrown = assertThrows(ConfigException.class, () -> start("state_key: short\n"));
        assertEquals(1, thrown.problems().size());
        String problem = thrown.problems().get(0).toString();
        assertTrue(
                problem.contains("config.yaml:11:1")
                        && problem.contains("state_key: must be 32 bytes in base64 or hex"),
                problem);
        assertFalse(problem.contains("short"), problem);
    }
}

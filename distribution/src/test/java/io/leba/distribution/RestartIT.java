package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in mid-work is followed by one that knows what it knew. */
class RestartIT {
    @TempDir
    private Path folder;

    private String backend(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Layout.HOME.resolve("bin/leba").toString(), "backend"));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("--control-socket", folder.resolve("work/control.sock").toString()));
        Run run = Run.of(folder, Map.of("PATH", System.getenv("PATH")), command);
        assertEquals(0, run.exitCode(), run.errors());
        return run.output();
    }

    /** What operators set and probes found, without what is counted. */
    private List<String> known() throws Exception {
        return backend("list")
                .lines()
                .skip(1)
                .map(line -> String.join(" ", List.of(line.trim().split("\\s+")).subList(0, 6)))
                .toList();
    }

    @Test
    void whatAKilledProcessKnewIsKnownToTheNextOne() throws Exception {
        List<Integer> free = RunningLeba.freePorts(2);
        Path state = folder.resolve("var/state");
        String yaml = """
                state_file: var/state
                state_key: ${file:key}
                frontend_services:
                  - {protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                backend_groups:
                  - name: app
                    protocol: http
                    health_check: {type: tcp, interval: 100ms, timeout: 90ms, rise: 1, fall: 1}
                """;
        Files.writeString(folder.resolve("key"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                NamedBackend three = new NamedBackend("three")) {
            String config =
                    yaml.formatted(free.get(0)) + """
                    backends:
                      - {name: one, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                      - {name: two, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                      - {name: three, address: 127.0.0.1, port: %d, protocol: http, group_name: app, weight: 2}
                      - {name: dead, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                    """.formatted(one.port(), two.port(), three.port(), free.get(1));
            RunningLeba killed = RunningLeba.serving(folder, config);
            backend("drain", "app", "one");
            backend("disable", "app", "two");
            backend("weight", "app", "three", "9");
            await().until(() -> known().get(3).contains(" down"));
            List<String> before = known();
            await().pollDelay(Duration.ofSeconds(1)).until(() -> Files.exists(state));
            killed.stop("KILL");
            String onDisk = new String(Files.readAllBytes(state), StandardCharsets.ISO_8859_1);
            assertTrue(onDisk.startsWith("LEBA-STATE 1 aes-256-gcm "), onDisk);

            Files.delete(folder.resolve("out"));
            Files.delete(folder.resolve("err"));
            Files.writeString(folder.resolve("config.yaml"), config);
            try (RunningLeba next = RunningLeba.start(
                            Layout.HOME,
                            folder,
                            List.of(
                                    "run",
                                    "--config",
                                    folder.resolve("config.yaml").toString()))
                    .awaitLog("generation 2 serves")) {
                assertEquals(before, known());
                assertEquals("three /", next.get(free.get(0), "/").body(), "only this one takes traffic");
            }
        }
    }
}

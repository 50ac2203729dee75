package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.program.NeedsProgram;
import io.leba.testkit.program.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promises that count under load, driven by a load generator through the built layout. */
@NeedsProgram("wrk")
class LoadIT {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");

    @TempDir
    private Path folder;

    /** Load from 16 connections for some seconds, reported to the file {@code load}. */
    private Process load(int port, int seconds) throws Exception {
        return new ProcessBuilder(
                        Programs.find("wrk").orElseThrow().toString(),
                        "-t1",
                        "-c16",
                        "-d" + seconds + "s",
                        "http://127.0.0.1:" + port + "/")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("load").toFile())
                .start();
    }

    /** What the load came to; fails if an answer was missing or bad. */
    private long requestsWithoutError(Process load, RunningLeba leba) throws Exception {
        assertTrue(load.waitFor(60, TimeUnit.SECONDS), "the load does not end");
        String report = Files.readString(folder.resolve("load"));
        assertEquals(0, load.exitValue(), report);
        assertFalse(report.contains("Socket errors"), () -> report);
        assertFalse(report.contains("Non-2xx"), () -> report);
        assertTrue(leba.isAlive(), report);
        Matcher requests = REQUESTS.matcher(report);
        assertTrue(requests.find(), report);
        return Long.parseLong(requests.group(1));
    }

    @Test
    void noRequestFailsWhileABackendIsKilledAndTheConfigurationChanges() throws Exception {
        int port = RunningLeba.freePorts(1).get(0);
        try (AtomicBackend lives = new AtomicBackend();
                AtomicBackend dies = new AtomicBackend()) {
            String yaml = """
                    frontend_services:
                      - {protocol: http, address: 127.0.0.1, port: %d}
                    backends:
                      - {address: 127.0.0.1, port: %d, protocol: http}
                      - {address: 127.0.0.1, port: %d, protocol: http}
                    """.formatted(port, lives.port(), dies.port());
            try (RunningLeba leba = RunningLeba.serving(folder, yaml)) {
                Process load = load(port, 5);
                try {
                    await().atMost(Duration.ofSeconds(30)).until(() -> dies.answers() > 1_000);
                    dies.die();
                    long atDeath = lives.answers();
                    await().atMost(Duration.ofSeconds(30)).until(() -> lives.answers() > atDeath + 1_000);
                    Files.writeString(folder.resolve("config.yaml"), yaml + "routing_rules: []\nnode_id: edited\n");
                    leba.awaitLog("generation 2 serves");
                    assertTrue(requestsWithoutError(load, leba) > 2_000);
                } finally {
                    load.destroyForcibly();
                }
            }
        }
    }
}

package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer meets: the demo, the shipped configuration, and what LEBA says when something is wrong. */
class FirstRunIT {
    @TempDir
    private Path folder;

    @Test
    void theDemoGoesRoundThreeBackendsShowsThemAndStopsCleanly() throws Exception {
        List<Integer> free = RunningLeba.freePorts(2);
        try (RunningLeba leba = RunningLeba.start(
                        Layout.HOME,
                        folder,
                        List.of(
                                "demo",
                                "--port",
                                free.get(0).toString(),
                                "--api-port",
                                free.get(1).toString()))
                .awaitLog("Ctrl-C")) {
            Set<String> answers = new HashSet<>();
            for (int i = 0; i < 30; i++) {
                answers.add(leba.get(free.get(0), "/").body());
            }
            assertEquals(Set.of("hello from red\n", "hello from green\n", "hello from blue\n"), answers);
            String metrics = leba.get(free.get(1), "/metrics").body();
            assertTrue(metrics.contains("leba_frontend_exchanges_total"), metrics);
            assertEquals(200, leba.get(free.get(1), "/readyz").statusCode());
            assertTrue(leba.get(free.get(1), "/api/v1/state").body().contains("\"red\""));
            leba.awaitLog("red=10");
            assertEquals(0, leba.stop("INT"));
            assertTrue(leba.log().contains("stopped"), leba.log());
            assertFalse(leba.log().contains("\u001b["), "no colours without a terminal");
        }
    }

    @Test
    void whatIsAppliedToTheDemoIsKeptBesideTheShippedFile() throws Exception {
        Path home = Layout.copyTo(folder.resolve("home"));
        Path shipped = home.resolve("examples/demo/config.yaml");
        String text = Files.readString(shipped);
        Path next = Files.writeString(folder.resolve("next.yaml"), text.replace("node_id: demo", "node_id: applied"));
        List<String> demo = List.of("demo", "--port", "0", "--api-port", "0");
        try (RunningLeba leba = RunningLeba.start(home, folder, demo).awaitLog("Ctrl-C")) {
            assertEquals(0, leba.stop("INT"));
            assertEquals(List.of(), copies(), "an unchanged copy goes");
        }
        try (RunningLeba leba = RunningLeba.start(home, folder, demo).awaitLog("Ctrl-C")) {
            Run apply = Run.of(
                    folder,
                    Map.of("PATH", System.getenv("PATH")),
                    List.of(
                            home.resolve("bin/leba").toString(),
                            "apply",
                            "--control-socket",
                            leba.controlSocket().toString(),
                            "--config",
                            next.toString()));
            assertEquals(0, apply.exitCode(), apply.errors());
            assertEquals(0, leba.stop("INT"));
            assertEquals(text, Files.readString(shipped));
            Path kept = copies().get(0);
            assertTrue(leba.log().contains("what you changed is kept in " + kept), leba.log());
            assertEquals(Files.readString(next), Files.readString(kept));
        }
    }

    private List<Path> copies() throws IOException {
        try (Stream<Path> found = Files.list(folder.resolve("work"))) {
            return found.filter(path -> path.getFileName().toString().startsWith("demo-"))
                    .toList();
        }
    }

    @Test
    void anAddressInUseIsNamedWithItsKey() throws Exception {
        try (NamedBackend taken = new NamedBackend("taken")) {
            Run run = leba("""
                    frontend_services:
                      - {name: web, protocol: http, address: 127.0.0.1, port: %d}
                    """.formatted(taken.port()), "run");
            assertEquals(3, run.exitCode());
            assertTrue(run.errors().contains("frontend_services[web]"), run.errors());
            assertTrue(run.errors().contains(Integer.toString(taken.port())), run.errors());
        }
    }

    @Test
    void allProblemsOfAFileComeAtOnceWithTheirPlaces() throws Exception {
        Run run = leba("""
                node_id: a
                allowed_ports: {http: [80]}
                frontend_services:
                  - {name: web, protocol: http, port: 8000, default_backend: nowhere}
                  - {name: db, protocol: oracle, port: 1521}
                backend_groups:
                  - {name: app, protocol: http, algorithm: {type: fastest}, helth_check: tcp}
                backends:
                  - {address: 127.0.0.1, port: many, protocol: http}
                failover_groups: []
                """, "validate");
        assertEquals(3, run.exitCode());
        for (String expected : List.of(
                "config.yaml:4:",
                "no group or backend 'nowhere'",
                "allowed_ports.http",
                "config.yaml:5:",
                "protocol 'oracle'",
                "config.yaml:7:",
                "balancer 'fastest'",
                "did you mean 'health_check'",
                "config.yaml:9:",
                "config.yaml:10:1 failover_groups",
                "no installed plugin owns 'failover_groups'")) {
            assertTrue(run.errors().contains(expected), expected + " is not in\n" + run.errors());
        }
    }

    @Test
    void aValidFileIsCalledValid() throws Exception {
        Run run = leba("backends:\n  - {address: 127.0.0.1, port: 9001, protocol: http}\n", "validate");
        assertEquals(0, run.exitCode(), run.errors());
        assertTrue(run.output().contains("valid"), run.output());
    }

    @Test
    void brokenJarsAreNamedAndTheRestServes() throws Exception {
        Path home = Layout.copyTo(folder.resolve("home"));
        Files.createFile(home.resolve("plugins/empty.jar"));
        Files.write(home.resolve("plugins/garbage.jar"), new byte[] {1, 2, 3, 4});
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend one = new NamedBackend("one")) {
            Path config = folder.resolve("config.yaml");
            Files.writeString(config, """
                    frontend_services:
                      - {protocol: http, address: 127.0.0.1, port: %d}
                    backends:
                      - {address: 127.0.0.1, port: %d, protocol: http}
                    """.formatted(free.get(0), one.port()));
            try (RunningLeba leba = RunningLeba.start(home, folder, List.of("--config", config.toString()))
                    .awaitLog("generation 1 serves")) {
                assertTrue(leba.log().contains("empty.jar"), leba.log());
                assertTrue(leba.log().contains("garbage.jar"), leba.log());
                assertEquals(200, leba.get(free.get(0), "/").statusCode());
            }
        }
    }

    @Test
    void aPluginThatIsInstalledTwiceIsListedWithTheNameOfTheJarThatIsOneTooMany() throws Exception {
        Path home = Layout.copyTo(folder.resolve("home"));
        Files.copy(home.resolve("plugins/health-tcp-0.1.0.jar"), home.resolve("plugins/health-tcp-copy.jar"));
        Run run = Run.of(
                folder,
                Map.of("PATH", System.getenv("PATH"), "LEBA_OPTS", "-Dleba.work=" + folder.resolve("work")),
                List.of(home.resolve("bin/leba").toString(), "plugins"));
        assertEquals(1, run.exitCode(), run.errors());
        assertTrue(
                run.output().contains("failed   health-tcp-copy.jar: plugin io.leba.plugin.health.tcp is in"),
                run.output());
    }

    @Test
    void withoutPluginsItStartsAndSaysThatItServesNothing() throws Exception {
        Path home = Layout.copyTo(folder.resolve("home"));
        try (var plugins = Files.list(home.resolve("plugins"))) {
            for (Path jar : plugins.filter(Files::isRegularFile).toList()) {
                Files.delete(jar);
            }
        }
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, "node_id: bare\n");
        try (RunningLeba leba = RunningLeba.start(home, folder, List.of("--config", config.toString()))
                .awaitLog("nothing is served")) {
            assertTrue(leba.isAlive());
            assertEquals(0, leba.stop("TERM"));
            assertTrue(leba.log().contains("stopping: ") && leba.log().contains("\"stopped\""), leba.log());
        }
    }

    @Test
    void aFolderForUnpackedPluginsThatCannotBeIsNamedWithTheReason() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Run run = Run.of(
                folder,
                Map.of("PATH", System.getenv("PATH"), "LEBA_OPTS", "-Dleba.work=" + file),
                List.of(Layout.LAUNCHER.toString(), "plugins"));
        assertEquals("leba: " + file + ": is a file, and a folder is needed there\n", run.errors());
        assertEquals(1, run.exitCode());
    }

    private Run leba(String yaml, String command) throws Exception {
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, yaml);
        return Run.of(
                folder,
                Map.of("PATH", System.getenv("PATH"), "LEBA_OPTS", "-Dleba.work=" + folder.resolve("work")),
                List.of(Layout.LAUNCHER.toString(), command, "--config", config.toString()));
    }
}

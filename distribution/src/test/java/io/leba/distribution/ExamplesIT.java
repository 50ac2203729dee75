package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what their pages say. */
class ExamplesIT {
    private static final Path EXAMPLES = Path.of(System.getProperty("leba.examples", "../examples"))
            .toAbsolutePath()
            .normalize();

    @TempDir
    private Path folder;

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    @Test
    void aBalancerOfOnesOwnIsBuiltDroppedInAndNamed() throws Exception {
        String maven = System.getProperty("leba.maven.home", "");
        assumeTrue(!maven.isEmpty(), "run by Maven, which says where it is");
        Path home = Layout.copyTo(folder.resolve("home"));
        Path project = folder.resolve("project");
        copy(EXAMPLES.resolve("custom-balancer"), project);

        List<String> command =
                new ArrayList<>(List.of(maven + "/bin/mvn", "-q", "-B", "package", "-Dleba.home=" + home));
        String repository = System.getProperty("leba.maven.repository", "");
        if (!repository.isEmpty()) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().retainAll(List.of("PATH", "JAVA_HOME", "HOME", "LANG", "MAVEN_OPTS"));
        Run built = Run.of(project, environment, command);
        assertEquals(0, built.exitCode(), built.output() + built.errors());

        Files.copy(project.resolve("target/custom-balancer-1.0.jar"), home.resolve("plugins/custom-balancer-1.0.jar"));
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend first = new NamedBackend("first");
                NamedBackend second = new NamedBackend("second")) {
            String yaml = Files.readString(project.resolve("config.yaml"))
                    .replace("${PORT:-8000}", free.get(0).toString())
                    .replace("${BACKEND_1:-9001}", Integer.toString(first.port()))
                    .replace("${BACKEND_2:-9002}", Integer.toString(second.port()));
            Path config = Files.writeString(folder.resolve("config.yaml"), yaml);
            try (RunningLeba leba = RunningLeba.start(home, folder, List.of("--config", config.toString()))
                    .awaitLog("generation 1 serves")) {
                for (int i = 0; i < 5; i++) {
                    assertEquals("first /", leba.get(free.get(0), "/").body(), "one at a time never fills it");
                }
                first.die();
                await().until(() -> leba.get(free.get(0), "/").body().equals("second /"));
            }
        }
    }

    /** Says something on a connection of its own and gives what comes back; empty if the connection ends instead. */
    private static String echoed(int port, String text) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(10_000);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            client.getOutputStream().write(bytes);
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theTcpExamplePassesConnectionsOnAndGoesOnWithoutABackend() throws Exception {
        List<Integer> free = RunningLeba.freePorts(2);
        int port = free.get(0);
        int api = free.get(1);
        try (EchoBackend a = new EchoBackend();
                EchoBackend b = new EchoBackend()) {
            String yaml = Files.readString(EXAMPLES.resolve("tcp/config.yaml"))
                    .replace("${TCP_PORT:-6379}", Integer.toString(port))
                    .replace("${BACKEND_A:-7001}", Integer.toString(a.port()))
                    .replace("${BACKEND_B:-7002}", Integer.toString(b.port()))
                    .replace("${API_PORT:-8080}", Integer.toString(api));
            assertFalse(yaml.contains("${"), yaml);
            try (RunningLeba leba = RunningLeba.serving(folder, yaml)) {
                for (int i = 0; i < 20; i++) {
                    assertEquals("hello " + i, echoed(port, "hello " + i));
                }
                assertTrue(a.bytes() > 0 && b.bytes() > 0, "both serve: " + a.bytes() + ", " + b.bytes());
                String metrics = leba.get(api, "/metrics").body();
                assertTrue(metrics.contains("\nleba_tcp_"), metrics);

                a.die();
                for (int i = 0; i < 20; i++) {
                    assertEquals("still " + i, echoed(port, "still " + i), "tried again elsewhere at once");
                }
                leba.awaitLog("backend cache/127.0.0.1:" + a.port() + " is down");
                assertEquals("and now", echoed(port, "and now"));
            }
        }
    }

    @Test
    void everyConfigurationOfTheExamplesIsValid() throws Exception {
        List<Path> configs;
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            configs = files.filter(file -> file.getFileName().toString().equals("config.yaml"))
                    .filter(file -> !file.toString().contains("custom-")
                            && !file.toString().contains("/target/"))
                    .toList();
        }
        assertTrue(configs.size() >= 2, configs::toString);
        for (Path config : configs) {
            Run run = Run.of(
                    folder,
                    Map.of("PATH", System.getenv("PATH"), "LEBA_OPTS", "-Dleba.work=" + folder.resolve("work")),
                    List.of(Layout.LAUNCHER.toString(), "validate", "--config", config.toString()));
            assertEquals(0, run.exitCode(), config + "\n" + run.errors());
        }
    }
}

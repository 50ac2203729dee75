package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Says something on a connection of its own and gives what comes back; empty if the connection ends instead. */
    private static String echoed(int port, String text) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(30_000);
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

package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin that serves the management address is replaced on its port, while clients use it. */
class ManagementSwapIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void replacingItRefusesNobodyAndLeavesNothingBehind() throws Exception {
        int port = RunningLeba.freePorts(1).get(0);
        String yaml = """
                api_port: %d
                api_address: 127.0.0.1
                frontend_services:
                  - {name: web, protocol: http, address: 127.0.0.1, port: 0}
                """.formatted(port);
        Path control = folder.resolve("work").resolve("control.sock");
        Path config = Files.writeString(folder.resolve("config.yaml"), yaml);
        // Records of where buffers were touched would keep classes of replaced plugins in memory.
        String noRecords = "-Dio.netty.leakDetection.level=disabled";
        try (RunningLeba leba = RunningLeba.start(
                        Layout.HOME, folder, List.of("run", "--config", config.toString()), noRecords)
                .awaitLog("generation 1 serves")) {
            try (Load load = new Load(port, 3, 1, "/api/v1/plugins")) {
                for (int turn = 0; turn < 5; turn++) {
                    long before = load.answered();
                    UpgradeIT.command(control, "plugin", "reload", "io.leba.plugin.admin.api");
                    await().atMost(PATIENCE)
                            .until(() -> load.answered() > before + 100
                                    || !load.failures().isEmpty());
                }
                load.finish();
                assertEquals(List.of(), load.failures());
                assertTrue(load.connections() > 5 * 3, "each of them was replaced: " + load.connections());
            }
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
                collectGarbage(leba.pid());
                return leba.get(port, "/metrics").body().contains("leba_plugin_realms_lingering 0");
            });
        }
    }

    private static void collectGarbage(long pid) throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, process.waitFor());
    }
}

package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell speaks with a running LEBA: commands through the launcher, and SIGHUP. */
class CommandsIT {
    @TempDir
    private Path folder;

    private Run leba(RunningLeba leba, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Layout.LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--control-socket", leba.controlSocket().toString()));
        return Run.of(folder, System.getenv(), command);
    }

    @Test
    void commandsAndSignalsReachTheNode() throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend one = new NamedBackend("one")) {
            String yaml = """
                    frontend_services:
                      - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                    backends:
                      - {name: a, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                    """.formatted(free.get(0), one.port());
            try (RunningLeba leba = RunningLeba.serving(folder, yaml)) {
                Run status = leba(leba, "status");
                assertEquals(0, status.exitCode(), status.output());
                assertTrue(status.output().contains("frontend web: http on 127.0.0.1:" + free.get(0)), status.output());

                assertEquals(0, leba(leba, "backend", "drain", "app", "a").exitCode());
                assertEquals(503, leba.get(free.get(0), "/").statusCode(), "all drained: fail closed");
                assertEquals(0, leba(leba, "backend", "ready", "app", "a").exitCode());
                assertEquals(200, leba.get(free.get(0), "/").statusCode());

                Path next = Files.writeString(folder.resolve("next.yaml"), yaml + "node_id: renamed\n");
                Run plan = leba(leba, "plan", "--config", next.toString());
                assertEquals(4, plan.exitCode(), plan.output());
                assertTrue(plan.output().contains("renamed"), plan.output());

                Files.writeString(folder.resolve("config.yaml"), yaml + "node_id: by_signal\n");
                new ProcessBuilder("kill", "-HUP", Long.toString(leba.pid()))
                        .start()
                        .waitFor();
                leba.awaitLog("generation 2 serves");
                Run renamed = leba(leba, "status", "-o", "json");
                assertTrue(renamed.output().contains("by_signal"), renamed.output());
            }
        }
    }
}

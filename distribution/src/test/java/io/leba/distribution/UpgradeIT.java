package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One process takes the place of another, as a user has it: the launcher, SIGUSR2, and clients that must not notice. */
@EnabledOnOs(OS.LINUX)
class UpgradeIT {
    private static final Pattern STARTED = Pattern.compile("process (\\d+) is started to take over");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private NamedBackend backend;
    private int port;
    private int adminPort;

    @BeforeEach
    void start() throws IOException {
        backend = new NamedBackend("one");
        List<Integer> ports = RunningLeba.freePorts(2);
        port = ports.get(0);
        adminPort = ports.get(1);
    }

    /** Ends whatever process is left, in order of their start. */
    @AfterEach
    void stop() throws IOException {
        backend.close();
        for (long pid : successors()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
            await().atMost(PATIENCE)
                    .until(() ->
                            ProcessHandle.of(pid).map(one -> !one.isAlive()).orElse(true));
        }
    }

    private String yaml() {
        return """
                api_port: %d
                api_address: 127.0.0.1
                event_loops: 2
                upgrade_timeout: 20s
                shutdown_timeout: 10s
                frontend_services:
                  - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                """.formatted(adminPort, port, backend.port());
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("err")) + Files.readString(folder.resolve("out"));
    }

    /** The processes that were started to take over, in order. */
    private List<Long> successors() throws IOException {
        List<Long> pids = new ArrayList<>();
        Matcher matcher = STARTED.matcher(log());
        while (matcher.find()) {
            pids.add(Long.parseLong(matcher.group(1)));
        }
        return pids;
    }

    private static void signal(long pid, String signal) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor());
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private void assertNoFolderIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("work"))) {
            assertEquals(
                    List.of(),
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.startsWith("upgrade"))
                            .toList());
        }
    }

    @Test
    void threeUpgradesUnderLoadLoseNoConnectionAndNoRequest() throws Exception {
        RunningLeba first = RunningLeba.serving(folder, yaml());
        long serving = first.pid();
        try (Load load = new Load(port, 6, 2)) {
            for (int turn = 1; turn <= 3; turn++) {
                long before = load.answered();
                await().atMost(PATIENCE).until(() -> load.answered() > before + 500);
                int expected = turn;
                long leaving = serving;
                signal(leaving, "USR2");
                await().atMost(PATIENCE).until(() -> successors().size() == expected);
                long next = successors().get(turn - 1);
                await().atMost(PATIENCE)
                        .until(() -> log().contains("taken over from process " + leaving)
                                || !load.failures().isEmpty());
                await().atMost(PATIENCE).until(() -> !isAlive(leaving));
                long after = load.answered();
                await().atMost(PATIENCE)
                        .until(() -> load.answered() > after + 500
                                || !load.failures().isEmpty());
                assertEquals(List.of(), load.failures(), this::logOrNothing);
                assertEquals("ready\n", first.get(adminPort, "/readyz").body());
                serving = next;
            }
            load.finish();
            assertEquals(List.of(), load.failures(), this::logOrNothing);
        }
        assertEquals(0, first.exitCode());
        signal(serving, "TERM");
        long last = serving;
        await().atMost(PATIENCE).until(() -> !isAlive(last));
        assertFalse(log().contains("LEAK:"), log());
        assertNoFolderIsLeft();
    }

    private String logOrNothing() {
        try {
            return log();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aConfigurationThatTheNewProcessRefusesLeavesTheOldOneServing() throws Exception {
        try (RunningLeba leba = RunningLeba.start(
                        Layout.HOME,
                        folder,
                        List.of("run", "--config", write(yaml()).toString(), "--watch-config", "false"))
                .awaitLog("generation 1 serves")) {
            write(yaml() + "nonsense: 1\n");
            signal(leba.pid(), "USR2");
            leba.awaitLog("nonsense: unknown key").awaitLog("cannot serve; this one serves on");
            assertEquals(200, leba.get(port, "/").statusCode());
            long failed = successors().get(0);
            await().atMost(PATIENCE).until(() -> !isAlive(failed));
            assertNoFolderIsLeft();

            write(yaml());
            signal(leba.pid(), "USR2");
            leba.awaitLog("taken over from process " + leba.pid());
            await().atMost(PATIENCE).until(() -> !leba.isAlive());
            assertEquals(200, leba.get(port, "/").statusCode());
        }
    }

    @Test
    void theCommandReturnsWhenAnotherInstallationServesAndKnowsWhatTheFirstOneKnew() throws Exception {
        Path home = Files.createSymbolicLink(folder.resolve("current"), Layout.HOME);
        try (RunningLeba leba = RunningLeba.serving(folder, yaml())) {
            Path control = folder.resolve("work").resolve("control.sock");
            command(control, "backend", "weight", "app", "127.0.0.1:" + backend.port(), "7");
            try (Load load = new Load(port, 2, 2)) {
                String said = command(control, "upgrade", "--home", home.toString());
                long next = successors().get(0);
                assertTrue(
                        said.startsWith("process " + next + " serves; process " + leba.pid() + " drains and ends"),
                        said);
                await().atMost(PATIENCE).until(() -> !leba.isAlive());
                String state = leba.get(adminPort, "/api/v1/state").body();
                assertTrue(state.contains("\"weight_override\":7") && state.contains("\"generation\":2"), state);
                assertTrue(Files.exists(control), "the new process has taken the path of the control socket over");
                load.finish();
                assertEquals(List.of(), load.failures());
            }
            assertTrue(log().contains(home + "/bin/leba"), log());
        }
    }

    /** Runs a command of the shell and gives what it said. */
    static String command(Path control, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Layout.LAUNCHER.toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--control-socket", control.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), text);
    }

    @Test
    void aProcessThatEndsAtOnceOrNeverBecomesReadyLeavesTheOldOneServing() throws Exception {
        Path launcher = script("exit 7");
        String yaml = yaml().replace("upgrade_timeout: 20s", "upgrade_timeout: 5s");
        try (RunningLeba leba = RunningLeba.start(
                        Layout.HOME,
                        folder,
                        List.of("run", "--config", write(yaml).toString()),
                        "-Dleba.launcher=" + launcher)
                .awaitLog("generation 1 serves")) {
            signal(leba.pid(), "USR2");
            leba.awaitLog("the new process ended with exit code 7 before it was ready");
            script("trap '' TERM; sleep 600 & wait; wait");
            try (Load load = new Load(port, 2, 1)) {
                signal(leba.pid(), "USR2");
                leba.awaitLog("the new process did not become ready within 5 s; it is ended, and this one serves on");
                long hung = successors().get(1);
                await().atMost(PATIENCE).until(() -> !isAlive(hung));
                load.finish();
                assertEquals(List.of(), load.failures());
                assertTrue(load.answered() > 100);
            }
            assertNoFolderIsLeft();
        }
    }

    private Path script(String body) throws IOException {
        Path launcher = folder.resolve("launcher");
        Files.writeString(launcher, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        return launcher;
    }

    @Test
    void anotherLebaStartedByMistakeIsStillRefusedThePort() throws Exception {
        try (RunningLeba leba = RunningLeba.serving(folder, yaml())) {
            Path other = Files.createDirectory(folder.resolve("other"));
            try (RunningLeba second = RunningLeba.start(
                    Layout.HOME,
                    other,
                    List.of("run", "--config", folder.resolve("config.yaml").toString()))) {
                second.awaitEnd();
                assertEquals(3, second.exitCode());
                assertTrue(second.log().contains("the address is already in use"), second.log());
            }
            assertEquals(200, leba.get(port, "/").statusCode());
        }
    }
}

package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.upgrade.Launch;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Upgrades that do not come about: the processes started here are scripts, which never serve. Those that do are tested with
 * the distribution.
 */
@EnabledOnOs(OS.LINUX)
class UpgradeTest {
    private static final String SLEEP = "echo $$ $LEBA_UPGRADE > started.new; mv started.new started; exec sleep 600";

    @TempDir
    private Path folder;

    private LineBackend backend;
    private ToyNode toy;
    private Node node;

    @BeforeEach
    void start() throws IOException {
        backend = new LineBackend("one");
        toy = new ToyNode(folder, Map.of());
        node = toy.serve(yaml("5s"));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        backend.close();
    }

    private String yaml(String timeout) {
        return """
                event_loops: 1
                upgrade_timeout: %s
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(timeout, backend.port());
    }

    private Path launcher(String body) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("home/bin"));
        Path launcher = bin.resolve("leba");
        Files.writeString(launcher, "#!/bin/sh\ncd " + folder + "\n" + body + "\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        return launcher;
    }

    private CompletableFuture<Refused> refusedLater() {
        return CompletableFuture.supplyAsync(() -> assertThrows(Refused.class, () -> node.upgrade(Optional.empty())));
    }

    /** The process that the script became, and the folder it was told. */
    private String[] started() throws IOException {
        await().until(() -> Files.exists(folder.resolve("started")));
        return Files.readString(folder.resolve("started")).trim().split(" ");
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    private void assertServes() throws IOException {
        try (LineCaller caller = toy.call("front")) {
            assertEquals("one hi", caller.ask("hi"));
        }
        assertTrue(node.state().ready());
        try (Stream<Path> files = Files.list(folder.resolve("work"))) {
            assertEquals(
                    0,
                    files.filter(file -> file.getFileName().toString().startsWith("upgrade"))
                            .count());
        }
    }

    @Test
    void withoutALauncherNothingIsStarted() throws IOException {
        Refused unknown = assertThrows(Refused.class, () -> node.upgrade(Optional.empty()));
        assertEquals(Refused.Reason.CONFLICT, unknown.reason());

        node.launchedBy(new Launch(folder.resolve("gone"), List.of()));
        Refused gone = assertThrows(Refused.class, () -> node.upgrade(Optional.empty()));
        assertEquals(Refused.Reason.NOT_FOUND, gone.reason());
        assertEquals(List.of("the launcher " + folder.resolve("gone") + " is not there any more"), gone.problems());

        Refused elsewhere = assertThrows(Refused.class, () -> node.upgrade(Optional.of(folder)));
        assertEquals(List.of("there is no bin/leba to start in " + folder), elsewhere.problems());
        assertServes();
    }

    @Test
    void aProcessThatEndsIsToldOfWithItsExitCodeAndChangesArePossibleAfterwards() throws IOException {
        launcher("exit 9");
        node.launchedBy(new Launch(folder.resolve("elsewhere"), List.of("run")));
        Refused refused = assertThrows(Refused.class, () -> node.upgrade(Optional.of(folder.resolve("home"))));
        assertEquals(Refused.Reason.FAILED, refused.reason());
        assertEquals(
                List.of("the new process ended with exit code 9 before it was ready; its output says why,"
                        + " and this one serves on"),
                refused.problems());
        assertServes();
        toy.reload(yaml("6s"));
    }

    @Test
    void theArgumentsAndTheEnvironmentArePassedOn() throws IOException {
        node.launchedBy(new Launch(
                launcher("echo \"$@\" > arguments; echo $PATH >> arguments; exit 1"), List.of("run", "a b")));
        assertThrows(Refused.class, () -> node.upgrade(Optional.empty()));
        assertEquals(List.of("run a b", System.getenv("PATH")), Files.readAllLines(folder.resolve("arguments")));
    }

    @Test
    void whileAnUpgradeIsUnderWayNothingElseIsChanged() throws Exception {
        node.launchedBy(new Launch(launcher(SLEEP), List.of()));
        CompletableFuture<Refused> upgrade = refusedLater();
        String pid = started()[0];

        assertEquals(
                Refused.Reason.CONFLICT,
                assertThrows(Refused.class, () -> node.upgrade(Optional.empty()))
                        .reason());
        assertEquals(
                Refused.Reason.CONFLICT,
                assertThrows(Refused.class, () -> node.apply(Optional.empty(), Optional.empty()))
                        .reason());
        assertEquals(
                Refused.Reason.CONFLICT,
                assertThrows(Refused.class, () -> node.backend("line", "a", new BackendChange.Drain()))
                        .reason());

        assertEquals(
                List.of("the new process did not become ready within 5 s; it is ended, and this one serves on"),
                upgrade.get().problems());
        assertFalse(isAlive(pid));
        assertServes();
        node.backend("line", "a", new BackendChange.Drain());
    }

    @Test
    void aStopEndsAnUpgradeThatIsUnderWayAndItsProcess() throws Exception {
        node.launchedBy(new Launch(launcher(SLEEP), List.of()));
        CompletableFuture<Refused> upgrade = refusedLater();
        String pid = started()[0];
        node.close();
        assertFalse(isAlive(pid));
        assertEquals(List.of("this process is stopping"), upgrade.get().problems());
    }

    @Test
    void aProcessThatWasNotStartedForItGetsNoSockets() throws Exception {
        node.launchedBy(new Launch(launcher(SLEEP), List.of()));
        CompletableFuture<Refused> upgrade = refusedLater();
        String[] told = started();

        Path elsewhere = Files.createDirectory(folder.resolve("thief"));
        ToyNode thief = new ToyNode(elsewhere, Map.of("LEBA_UPGRADE", told[1]));
        assertThrows(IOException.class, () -> thief.serve(yaml("5s")));

        assertEquals(
                List.of("the upgrade failed: process " + ProcessHandle.current().pid()
                        + " asked for the sockets, which is not the one that was started"),
                upgrade.get().problems());
        assertFalse(isAlive(told[0]));
        assertServes();
    }

    @Test
    void aProcessIsNotStartedByItselfWhenItIsToTakeOverFromOneThatIsNotThere() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("late"));
        ToyNode late = new ToyNode(
                elsewhere, Map.of("LEBA_UPGRADE", folder.resolve("nowhere").toString()));
        IOException refused = assertThrows(IOException.class, () -> late.serve(yaml("5s")));
        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "the process to take over from, named by LEBA_UPGRADE=" + folder.resolve("nowhere")),
                refused.getMessage());
    }
}

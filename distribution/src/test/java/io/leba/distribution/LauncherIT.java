package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/leba} does before there is a JVM: the Java it starts is a script that shows how it was called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {
    private static final String PATH = System.getenv("PATH");

    @TempDir
    Path folder;

    @Test
    void startsTheKernelFromTheModulePathAndPassesArgumentsUnchanged() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");

        Run run = launch(Layout.LAUNCHER, FakeJava.environment(java), "run", "--config", "two words", "", "*");

        List<String> lines = run.lines();
        int module = lines.indexOf("-m");
        assertEquals("io.leba.kernel/io.leba.kernel.cli.Main", lines.get(module + 1));
        assertEquals(
                List.of("run", "--config", "two words", "", "*"), lines.subList(module + 2, lines.size()), run::output);
        assertEquals(
                Layout.HOME.resolve("lib").toString(), lines.get(lines.indexOf("-p") + 1), "the module path is lib");
        assertTrue(lines.contains("-Dleba.home=" + Layout.HOME), run::output);
        assertEquals("", run.errors());
    }

    @Test
    void becomesTheJvmSoThatSignalsAndTheExitCodeAreTheJvms() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");

        Run run = launch(Layout.LAUNCHER, FakeJava.environment(java));

        assertEquals(String.valueOf(run.pid()), run.lines().get(0), "the script was replaced, not waited for");
        assertEquals(FakeJava.EXIT_CODE, run.exitCode());
    }

    @Test
    void startsNoOtherProgramOnItsWay() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "25");

        Run run = launch(Layout.LAUNCHER, Map.of("JAVA_HOME", java.toString(), "PATH", "/nowhere"));

        assertEquals(FakeJava.EXIT_CODE, run.exitCode(), run::errors);
    }

    @Test
    void worksInAFolderWithSpacesThroughSymlinksFromAnywhere() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("the jdk"), "17.0.15");
        Path home = Layout.copyTo(folder.resolve("load balancer/leba 1"));
        Path link = Files.createSymbolicLink(folder.resolve("a link"), home.resolve("bin/leba"));
        Path linkToLink = Files.createSymbolicLink(folder.resolve("leba"), folder.relativize(link));

        for (Path launcher : List.of(home.resolve("bin/leba"), link, linkToLink)) {
            Run run = launch(launcher, Map.of("JAVA_HOME", java.toString(), "PATH", PATH));

            assertEquals(FakeJava.EXIT_CODE, run.exitCode(), run::errors);
            assertTrue(run.lines().contains("-Dleba.home=" + home.toRealPath()), run::output);
        }
    }

    @Test
    void isFoundOnThePathAndByRelativeNames() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");
        String path = Layout.HOME.resolve("bin") + ":" + PATH;
        Map<String, String> environment = Map.of("JAVA_HOME", java.toString(), "PATH", path);

        for (String command :
                List.of("leba", "cd '" + Layout.HOME + "/bin' && ./leba", "cd '" + Layout.HOME + "' && bin/leba")) {
            Run run = Run.of(folder, environment, List.of("/bin/sh", "-c", command));

            assertEquals(FakeJava.EXIT_CODE, run.exitCode(), run::errors);
            assertTrue(run.lines().contains("-Dleba.home=" + Layout.HOME), run::output);
        }
    }

    @Test
    void leavesTheVariablesOfItsCallerAlone() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");
        Map<String, String> environment = new HashMap<>(FakeJava.environment(java));
        List<String> names = new ArrayList<>();
        Matcher assigned = Pattern.compile("(?m)(?:^|[ ;])([a-z][a-z_]*)=|read -r (\\w+) (\\w+)|for (\\w+)[ ;]")
                .matcher(Files.readString(Layout.LAUNCHER).replaceAll("(?m)^ *#.*", ""));
        while (assigned.find()) {
            for (int group = 1; group <= assigned.groupCount(); group++) {
                if (assigned.group(group) != null) {
                    names.add(assigned.group(group));
                }
            }
        }
        assertTrue(names.size() > 15, "it does find what the script assigns: " + names);
        assertTrue(names.stream().allMatch(name -> name.startsWith("leba_")), names::toString);
        for (String name :
                List.of("version", "build", "home", "log", "key", "value", "java", "status", "self", "bin")) {
            environment.put(name, "mine");
        }

        Run run = launch(Layout.LAUNCHER, environment, FakeJava.SHOW_ENVIRONMENT);

        for (String name :
                List.of("version", "build", "home", "log", "key", "value", "java", "status", "self", "bin")) {
            assertTrue(
                    run.lines().stream()
                            .anyMatch(line -> line.matches("(export|declare -x) " + name + "=['\"]mine['\"]")),
                    () -> name + " in " + run.output());
        }
    }

    @Test
    void putsLebaOptsBehindItsOwnFlagsSoThatTheyWin() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");
        Map<String, String> environment = new HashMap<>(FakeJava.environment(java));
        environment.put("LEBA_OPTS", "-Xms1g  -Dpattern=*");

        List<String> lines = launch(Layout.LAUNCHER, environment).lines();

        assertTrue(lines.indexOf("-Xms1g") > lines.indexOf("-Xms48m"), lines::toString);
        assertEquals(lines.indexOf("-Xms1g") + 1, lines.indexOf("-Dpattern=*"), "split at blanks, not expanded");
        assertTrue(lines.indexOf("-m") > lines.indexOf("-Dpattern=*"), lines::toString);
    }

    @Test
    void tellsEachJvmOnlyWhatItKnows() throws Exception {
        List<String> old = launch(
                        Layout.LAUNCHER, FakeJava.environment(FakeJava.withRelease(folder.resolve("17"), "17.0.15")))
                .lines();
        List<String> young = launch(
                        Layout.LAUNCHER, FakeJava.environment(FakeJava.withRelease(folder.resolve("25"), "25.0.3")))
                .lines();

        assertFalse(old.contains("--sun-misc-unsafe-memory-access=allow"), old::toString);
        assertTrue(young.contains("--sun-misc-unsafe-memory-access=allow"), young::toString);
        assertTrue(young.stream().anyMatch(flag -> flag.startsWith("--enable-native-access=")), young::toString);
    }

    @Test
    void namesAJavaThatIsTooOld() throws Exception {
        for (String version : List.of("1.8.0_402", "11.0.2", "16")) {
            Path java = FakeJava.withRelease(folder.resolve(version), version);

            Run run = launch(Layout.LAUNCHER, FakeJava.environment(java));

            assertRefused("leba: Java " + version + " in " + java + " is too old; LEBA needs Java 17 or newer", run);
        }
    }

    @Test
    void asksAJavaThatHasNoReleaseFile() throws Exception {
        Path old = FakeJava.withoutRelease(folder.resolve("old"), "11.0.2");
        Path young = FakeJava.withoutRelease(folder.resolve("young"), "21-ea");

        Run refused = launch(Layout.LAUNCHER, Map.of("JAVA_HOME", old.toString(), "PATH", PATH));
        Run started = launch(Layout.LAUNCHER, Map.of("JAVA_HOME", young.toString(), "PATH", PATH));

        assertRefused("leba: Java 11.0.2 in " + old + " is too old; LEBA needs Java 17 or newer", refused);
        assertEquals(FakeJava.EXIT_CODE, started.exitCode(), started::errors);
    }

    @Test
    void namesAJavaHomeWithoutJava() throws Exception {
        Run run = launch(Layout.LAUNCHER, Map.of("JAVA_HOME", folder.toString(), "PATH", PATH));

        assertRefused(
                "leba: JAVA_HOME is " + folder + ", but there is no bin/java in it; LEBA needs Java 17 or newer", run);
    }

    @Test
    void saysWhenThereIsNoJava() throws Exception {
        Run run = launch(Layout.LAUNCHER, Map.of("PATH", "/nowhere"));

        assertRefused("leba: no java on the PATH and JAVA_HOME is not set; LEBA needs Java 17 or newer", run);
    }

    @Test
    void findsJavaOnThePathThroughSymlinks() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), java.resolve("bin/java"));

        Run run = launch(Layout.LAUNCHER, Map.of("PATH", bin + ":" + PATH));

        assertEquals(FakeJava.EXIT_CODE, run.exitCode(), run::errors);
    }

    @Test
    void usesTheArchiveOfThisJavaAndNoOther() throws Exception {
        Path home = Layout.copyTo(folder.resolve("leba"));
        Path runtime = Files.createDirectory(home.resolve("runtime"));
        Path archive = Files.createFile(runtime.resolve("java-17.0.15+1.jsa"));
        Files.writeString(runtime.resolve("java-17.0.15+1.jsa.home"), home.toRealPath() + "\n");
        Path same = FakeJava.withRelease(folder.resolve("same"), "17.0.15");
        Path other = FakeJava.withRelease(folder.resolve("other"), "17.0.16");

        List<String> used =
                launch(home.resolve("bin/leba"), FakeJava.environment(same)).lines();
        List<String> unused =
                launch(home.resolve("bin/leba"), FakeJava.environment(other)).lines();

        assertTrue(used.contains("-XX:SharedArchiveFile=" + archive.toRealPath()), used::toString);
        assertFalse(unused.stream().anyMatch(flag -> flag.contains("SharedArchiveFile")), unused::toString);
    }

    @Test
    void leavesAnArchiveAloneThatWasCopiedFromAnotherHome() throws Exception {
        Path home = Layout.copyTo(folder.resolve("leba"));
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");
        Map<String, String> training = new HashMap<>(FakeJava.environment(java));
        training.put("LEBA_ARCHIVE", "create");
        training.put("PATH", PATH);
        launch(home.resolve("bin/leba"), training);
        Path elsewhere = Layout.copyTo(folder.resolve("elsewhere"));
        Path runtime = Files.createDirectory(elsewhere.resolve("runtime"));
        for (String name : names(home.resolve("runtime"))) {
            Files.copy(home.resolve("runtime").resolve(name), runtime.resolve(name));
        }

        List<String> atHome =
                launch(home.resolve("bin/leba"), FakeJava.environment(java)).lines();
        List<String> copied = launch(elsewhere.resolve("bin/leba"), FakeJava.environment(java))
                .lines();
        Files.delete(home.resolve("runtime/java-17.0.15+1.jsa.home"));
        List<String> unsaid =
                launch(home.resolve("bin/leba"), FakeJava.environment(java)).lines();

        assertTrue(atHome.stream().anyMatch(flag -> flag.contains("SharedArchiveFile")), atHome::toString);
        assertFalse(copied.stream().anyMatch(flag -> flag.contains("SharedArchiveFile")), copied::toString);
        assertFalse(unsaid.stream().anyMatch(flag -> flag.contains("SharedArchiveFile")), unsaid::toString);
    }

    @Test
    void keepsTheArchiveOfATrainingRunAndItsExitCode() throws Exception {
        Path home = Layout.copyTo(folder.resolve("leba"));
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", PATH);
        environment.put("LEBA_ARCHIVE", "create");
        for (String version : List.of("17.0.15", "25.0.3")) {
            Path java = FakeJava.withRelease(folder.resolve(version), version);
            environment.put("JAVA_HOME", java.toString());

            Run run = launch(home.resolve("bin/leba"), environment);

            assertEquals(FakeJava.EXIT_CODE, run.exitCode(), run::errors);
        }
        assertEquals(
                List.of("java-17.0.15+1.jsa", "java-17.0.15+1.jsa.home", "java-25.0.3+1.aot", "java-25.0.3+1.aot.home"),
                names(home.resolve("runtime")));
    }

    @Test
    @Timeout(60)
    void passesSignalsOnWhileItTrains() throws Exception {
        Path home = Layout.copyTo(folder.resolve("leba"));
        Path java = FakeJava.untilTerminated(folder.resolve("jdk"), "17.0.15");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/leba").toString());
        builder.environment().clear();
        builder.environment().putAll(Map.of("JAVA_HOME", java.toString(), "PATH", PATH, "LEBA_ARCHIVE", "create"));

        Process process = builder.start();
        try (BufferedReader output = process.inputReader()) {
            assertEquals("started", output.readLine());
            process.toHandle().destroy(); // Process.destroy would close the output as well
            assertEquals("terminated", output.readLine());
        }

        assertEquals(FakeJava.EXIT_CODE, process.waitFor());
        assertEquals(List.of("java-17.0.15+1.jsa", "java-17.0.15+1.jsa.home"), names(home.resolve("runtime")));
    }

    @Test
    void refusesAnUnknownArchiveMode() throws Exception {
        Path java = FakeJava.withRelease(folder.resolve("jdk"), "17.0.15");
        Map<String, String> environment = new HashMap<>(FakeJava.environment(java));
        environment.put("LEBA_ARCHIVE", "yes");

        assertRefused(
                "leba: LEBA_ARCHIVE is 'yes'; expected auto, create or off", launch(Layout.LAUNCHER, environment));
    }

    private static void assertRefused(String message, Run run) {
        assertEquals(message + "\n", run.errors());
        assertEquals("", run.output());
        assertEquals(1, run.exitCode());
    }

    private Run launch(Path launcher, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return Run.of(folder, environment, command);
    }

    private static List<String> names(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the distribution offers to plugin authors: its SDK, the archetype, the examples. One Maven run builds and tests the
 * examples and a project from the archetype, all against the SDK; then their jars are dropped into a LEBA.
 * {@code -Dleba.archetype.kinds=balancer,filter,health-check,discovery} tries every kind.
 */
class AuthorsIT {
    private static final Path EXAMPLES = Path.of(System.getProperty("leba.examples", "../examples"))
            .toAbsolutePath()
            .normalize();
    private static final String MAVEN = System.getProperty("leba.maven.home", "");
    private static final String REPOSITORY = System.getProperty("leba.maven.repository", "");
    private static final String VERSION = System.getProperty("leba.version", "0.1.0");
    private static final List<String> KINDS =
            Arrays.asList(System.getProperty("leba.archetype.kinds", "filter").split(","));
    private static final List<String> SDK = List.of("leba-spi", "leba-kernel", "leba-testkit", "leba-plugin-archetype");
    private static final long BUILD_SECONDS = 400;

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

    private static List<String> examples() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("custom-"))
                    .sorted()
                    .toList();
        }
    }

    private void maven(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(MAVEN + "/bin/mvn", "-q", "-B"));
        command.addAll(List.of(arguments));
        if (!REPOSITORY.isEmpty()) {
            command.add("-Dmaven.repo.local=" + REPOSITORY);
        }
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().retainAll(List.of("PATH", "JAVA_HOME", "HOME", "LANG", "MAVEN_OPTS"));
        Run run = Run.of(folder, environment, command, BUILD_SECONDS);
        assertEquals(0, run.exitCode(), run.output() + run.errors());
    }

    /** A released version never changes, so Maven would go on with what an earlier build's SDK held. */
    private static void forgetEarlierSdk() throws IOException {
        for (String artifact : SDK) {
            Path known =
                    Path.of(REPOSITORY).resolve("io/leba").resolve(artifact).resolve(VERSION);
            if (REPOSITORY.isEmpty() || !Files.isDirectory(known)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(known)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private List<String> generate() throws Exception {
        Path sdk = Layout.HOME.resolve("sdk/io/leba/leba-plugin-archetype").resolve(VERSION);
        String archetype = "leba-plugin-archetype-" + VERSION;
        maven(
                "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file",
                "-Dfile=" + sdk.resolve(archetype + ".jar"),
                "-DpomFile=" + sdk.resolve(archetype + ".pom"));
        List<String> projects = new ArrayList<>();
        for (String kind : KINDS) {
            maven(
                    "org.apache.maven.plugins:maven-archetype-plugin:3.3.1:generate",
                    "-DarchetypeCatalog=internal",
                    "-DarchetypeGroupId=io.leba",
                    "-DarchetypeArtifactId=leba-plugin-archetype",
                    "-DarchetypeVersion=" + VERSION,
                    "-DgroupId=com.example",
                    "-DartifactId=my-" + kind,
                    "-Dversion=1.0",
                    "-Dpackage=com.example.my." + kind.replace("-", ""),
                    "-Dkind=" + kind,
                    "-Dtype=my-" + kind,
                    "-DclassName=My",
                    "-DlebaHome=" + Layout.HOME);
            projects.add("my-" + kind);
        }
        return projects;
    }

    private void aggregate(List<String> modules) throws IOException {
        Files.writeString(
                folder.resolve("pom.xml"),
                modules.stream()
                        .map(module -> "<module>" + module + "</module>")
                        .collect(Collectors.joining(
                                "",
                                "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>"
                                        + "<groupId>com.example</groupId><artifactId>all</artifactId><version>1.0</version>"
                                        + "<packaging>pom</packaging><modules>",
                                "</modules></project>")));
    }

    @Test
    void pluginsOfOnesOwnAreGeneratedBuiltTestedDroppedInAndServe() throws Exception {
        assumeTrue(!MAVEN.isEmpty(), "run by Maven, which says where it is");
        forgetEarlierSdk();
        List<String> projects = new ArrayList<>(generate());
        for (String example : examples()) {
            copy(EXAMPLES.resolve(example), folder.resolve(example));
            projects.add(example);
        }
        assertEquals(5 + KINDS.size(), projects.size(), projects::toString);
        aggregate(projects);

        maven("package", "-T", "2", "-Dleba.home=" + Layout.HOME);

        Path home = Layout.copyTo(folder.resolve("home"));
        for (String project : projects) {
            Path reports = folder.resolve(project).resolve("target/surefire-reports");
            try (Stream<Path> files = Files.list(reports)) {
                assertEquals(
                        2,
                        files.filter(file -> file.toString().endsWith(".xml")).count(),
                        project);
            }
            Files.copy(
                    folder.resolve(project).resolve("target/" + project + "-1.0.jar"),
                    home.resolve("plugins/" + project + "-1.0.jar"));
        }
        validate(home, projects);
        serve(home);
    }

    private void validate(Path home, List<String> projects) throws Exception {
        Map<String, String> environment = Map.of(
                "PATH",
                System.getenv("PATH"),
                "LEBA_OPTS",
                "-Dleba.work=" + folder.resolve("work"),
                "INSTANCES",
                "/tmp");
        Path launcher = home.resolve("bin/leba");
        Run listed = Run.of(folder, environment, List.of(launcher.toString(), "plugins"));
        for (String word : List.of("fill-first", "maintenance", "redis-ping", "directory", "lines")) {
            assertTrue(
                    listed.lines().stream().anyMatch(line -> line.contains("started") && line.contains(" " + word)),
                    listed.output());
        }
        for (String project : projects) {
            Run run = Run.of(
                    folder,
                    environment,
                    List.of(
                            launcher.toString(),
                            "validate",
                            "--config",
                            folder.resolve(project).resolve("config.yaml").toString()));
            assertEquals(0, run.exitCode(), project + "\n" + run.errors());
        }
    }

    private void serve(Path home) throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend first = new NamedBackend("first");
                NamedBackend second = new NamedBackend("second")) {
            String yaml = Files.readString(folder.resolve("custom-balancer/config.yaml"))
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
}

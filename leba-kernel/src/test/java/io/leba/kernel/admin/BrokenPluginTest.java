package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.plugin.BrokenJars;
import io.leba.kernel.plugin.BrokenJars.Broken;
import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.Change;
import io.leba.spi.control.PluginInfo;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A good jar is broken in every way that a disk, a copy or an author breaks one, and put in the place of the good one while a
 * node serves with it: it is refused by name, and what served serves on; or it means the same and may be opened.
 */
class BrokenPluginTest {
    private static ResourceLeakDetector.Level level;

    @TempDir
    private Path folder;

    private ServedNode served;
    private Path jar;

    /** Its records of where a buffer was touched keep the classes that touched it. */
    @BeforeAll
    static void detectNoLeaks() {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void detectLeaks() {
        ResourceLeakDetector.setLevel(level);
    }

    @BeforeEach
    void serve() throws IOException {
        served = new ServedNode(folder);
        jar = ToyPlugin.always(served.plugins.resolve("always.jar"), "1.0", 0);
        served.serve(served.yaml(", algorithm: {type: always}"), false);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    private void awaitNothingLeft(Belongings before) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            System.gc();
            assertEquals(List.of(), served.node.lingeringRealms());
            assertEquals(0, served.node.retiring());
            assertEquals(List.of(), Belongings.of(served).beyond(before));
        });
    }

    @Test
    void everyBrokenJarIsRefusedByNameAndWhatServedServesOn() throws Exception {
        byte[] good = Files.readAllBytes(jar);
        List<Broken> all = BrokenJars.of(jar, Files.createDirectory(folder.resolve("aside")));
        served.node.reloadPlugin("com.example.always"); // what is there once for all is there now
        Belongings before = settled();
        List<String> defects = new ArrayList<>();
        int refused = 0;
        int opened = 0;
        List<String> wrong;
        try (Calling calling = new Calling(served)) {
            for (Broken one : all) {
                long generation = served.node.state().generation();
                put(one.jar());
                Change change = served.node.rescanPlugins();
                Optional<String> defect = judge(one, change, generation);
                defect.ifPresent(defects::add);
                if (change.lines().isEmpty()) {
                    refused++;
                } else {
                    opened++;
                    put(good);
                    served.node.rescanPlugins();
                }
            }
            long answers = calling.answers();
            await().until(() -> calling.answers() > answers + 20);
            wrong = calling.wrong();
        }
        assertEquals("", String.join("\n", defects));
        assertEquals(List.of(), wrong);
        assertTrue(
                refused >= 100 && opened >= 1 && opened <= all.size() / 4, refused + " refused, " + opened + " opened");
        put(good);
        served.node.rescanPlugins();
        assertEquals("", info().problem(), "the good one is what serves");
        awaitNothingLeft(before);
        put(Files.readAllBytes(ToyPlugin.always(folder.resolve("aside/next.jar"), "2.0", 1)));
        assertEquals(
                List.of("plugin com.example.always 2.0 replaces 1.0"),
                served.node.rescanPlugins().lines(),
                "a good one still goes in");
        try (LineCaller caller = served.call()) {
            assertEquals("two hi", caller.ask("hi"));
        }
    }

    /** What the node holds once everything of the start is over. */
    private Belongings settled() throws IOException {
        try (LineCaller caller = served.call()) {
            caller.ask("hi");
        }
        await().until(() -> {
            System.gc();
            return served.node.lingeringRealms().isEmpty() && served.node.retiring() == 0;
        });
        return Belongings.of(served);
    }

    private void put(byte[] content) throws IOException {
        Path copy = folder.resolve("copy");
        Files.write(copy, content);
        Files.move(copy, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private PluginInfo info() {
        return served.node.plugins().stream()
                .filter(one -> one.id().equals("com.example.always"))
                .findFirst()
                .orElseThrow();
    }

    private Optional<String> judge(Broken one, Change change, long generation) throws IOException {
        if (!change.lines().isEmpty()) {
            return one.mayBeOpened()
                    ? Optional.empty()
                    : Optional.of(one.how() + ": is not refused: " + change.lines());
        }
        List<PluginInfo> told = served.node.plugins().stream()
                .filter(info ->
                        info.jar().equals("always.jar") && !info.problem().isEmpty())
                .toList();
        if (told.size() != 1) {
            return Optional.of(one.how() + ": not told: " + served.node.plugins());
        }
        String problem = told.get(0).problem();
        if (!problem.contains(one.says())) {
            return Optional.of(one.how() + ": expected '" + one.says() + "' in: " + problem);
        }
        if (served.node.state().generation() != generation) {
            return Optional.of(one.how() + ": generation " + served.node.state().generation());
        }
        try (Stream<Path> files = Files.list(folder.resolve("work"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(".unpacking"))
                    .findFirst()
                    .map(name -> one.how() + ": left " + name);
        }
    }
}

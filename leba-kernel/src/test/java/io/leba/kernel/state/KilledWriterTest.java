package io.leba.kernel.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed while it writes, again and again: the file is one of those that it wrote, whole. */
class KilledWriterTest {
    private static final int ROUNDS = 8;

    @TempDir
    private Path folder;

    private final Random random = new Random(7);

    @Test
    void aFileIsNeverTorn() throws Exception {
        Path file = folder.resolve("state");
        Set<Long> found = new LinkedHashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            kill(file);
            SavedState state = new StateFormat().decode(new StateFile(file).read(), Optional.empty());
            assertEquals(EndlessWriter.state((int) state.generation()), state);
            found.add(state.generation());
        }
        assertTrue(found.size() > 1, "it was killed at different moments: " + found);
    }

    private void kill(Path file) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        EndlessWriter.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(writer.getInputStream()))) {
            assertEquals("writing", out.readLine());
            writer.waitFor(1 + random.nextInt(80), TimeUnit.MILLISECONDS);
        } finally {
            writer.destroyForcibly();
        }
        assertTrue(writer.waitFor(30, TimeUnit.SECONDS));
    }

    /** Where this test's classes and JSON are, from a module path or a class path. */
    private static String classPath() throws ClassNotFoundException {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> type : Arrays.asList(
                EndlessWriter.class,
                StateFile.class,
                ObjectMapper.class,
                com.fasterxml.jackson.core.JsonFactory.class,
                Class.forName("com.fasterxml.jackson.annotation.JsonProperty"),
                io.leba.spi.OnBackground.class)) {
            String name = type.getName().replace('.', '/') + ".class";
            String at = type.getResource(type.getSimpleName() + ".class").toString();
            String root = at.substring(0, at.length() - name.length());
            places.add(Path.of(URI.create(root.startsWith("jar:") ? root.substring(4, root.length() - 2) : root))
                    .toString());
        }
        return places.stream().collect(Collectors.joining(File.pathSeparator));
    }
}

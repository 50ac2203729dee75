package io.leba.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
    @TempDir
    Path directory;

    private Path root;
    private Path jar;
    private WorkDirectory work;

    @BeforeEach
    void start() throws IOException {
        root = directory.resolve("work");
        Path library = PluginJar.bare("com.example.words").write(directory.resolve("words.jar"));
        jar = PluginJar.balancers("com.example.maglev", "maglev")
                .library(library)
                .write(directory.resolve("some name.jar"));
        work = new WorkDirectory(root);
    }

    @AfterEach
    void stop() {
        work.close();
    }

    @Test
    void a_jar_is_copied_under_its_id_and_digest_with_its_libraries_beside_it() throws IOException {
        WorkDirectory.Unpacked unpacked = work.unpack(jar);

        assertEquals(root.toRealPath().resolve("com.example.maglev-" + unpacked.sha256()), unpacked.directory());
        assertEquals(64, unpacked.sha256().length());
        assertEquals(unpacked.directory().resolve("com.example.maglev.jar"), unpacked.jar());
        assertEquals(List.of(unpacked.directory().resolve("lib/words.jar")), unpacked.libraries());
        assertEquals(-1, Files.mismatch(jar, unpacked.jar()));
        assertEquals(
                -1,
                Files.mismatch(
                        directory.resolve("words.jar"), unpacked.libraries().get(0)));
        assertEquals(List.of(unpacked.directory()), directories());
    }

    @Test
    void an_equal_jar_is_not_unpacked_again() throws IOException {
        Path copy = work.unpack(jar).jar();
        Files.setLastModifiedTime(copy, FileTime.fromMillis(1_000));

        WorkDirectory.Unpacked again = work.unpack(Files.copy(jar, directory.resolve("copy.jar")));

        assertEquals(copy, again.jar());
        assertEquals(1_000, Files.getLastModifiedTime(copy).toMillis());
        assertEquals(1, directories().size());
    }

    @Test
    void a_damaged_copy_is_made_again() throws IOException {
        WorkDirectory.Unpacked first = work.unpack(jar);
        for (Path file :
                List.of(first.jar(), first.libraries().get(0), first.directory().resolve("contents"))) {
            Files.delete(file);
            assertEquals(first, work.unpack(jar), file.toString());
            Files.write(file, new byte[] {1, 2, 3});
            assertEquals(first, work.unpack(jar), file.toString());
            assertEquals(-1, Files.mismatch(jar, first.jar()));
        }
        Files.createFile(first.directory().resolve("stray"));
        work.unpack(jar);
        assertFalse(Files.exists(first.directory().resolve("stray")));
    }

    @Test
    void a_bad_jar_leaves_nothing_behind() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.jar"), "bad");
        assertThrows(PluginRefused.class, () -> work.unpack(bad));
        assertEquals(List.of(), directories());
    }

    @Test
    void what_is_not_in_use_is_deleted() throws IOException {
        WorkDirectory.Unpacked used = work.unpack(jar);
        Files.createDirectories(root.resolve(".unpacking-123/lib"));
        Files.writeString(root.resolve(".unpacking-123/lib/x.jar"), "left by a crash");
        Files.createDirectory(root.resolve("com.example.maglev-0000"));

        work.retainOnly(Set.of(used.directory()));

        assertEquals(List.of(used.directory()), directories());
        work.retainOnly(Set.of());
        assertEquals(List.of(), directories());
    }

    @Test
    void nothing_is_deleted_while_another_process_shares_the_directory() throws Exception {
        Path used = work.unpack(jar).directory();
        Process other = holdLock(root.resolve(".lock"));
        try {
            assertEquals('x', other.getInputStream().read());
            work.retainOnly(Set.of());
            assertTrue(Files.exists(used));
        } finally {
            other.getOutputStream().close();
            other.waitFor();
        }
        work.retainOnly(Set.of());
        assertFalse(Files.exists(used));
    }

    /** Another process that holds a shared lock, as every host does, until its input ends. */
    private Process holdLock(Path lock) throws IOException {
        Path source = Files.writeString(directory.resolve("Hold.java"), """
                import java.nio.channels.*;
                import java.nio.file.*;
                class Hold {
                    public static void main(String[] file) throws Exception {
                        try (FileChannel channel = FileChannel.open(Path.of(file[0]),
                                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                            channel.lock(0, Long.MAX_VALUE, true);
                            System.out.print('x');
                            System.out.flush();
                            System.in.read();
                        }
                    }
                }
                """);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        source.toString(),
                        lock.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void two_nodes_of_one_process_do_not_share_a_directory() throws IOException {
        assertEquals(
                "work directory " + root + " is in use by another node of this process; give each its own",
                assertThrows(IOException.class, () -> new WorkDirectory(root)).getMessage());
        work.close();
        work = new WorkDirectory(root);
    }

    @Test
    void jars_of_one_id_have_a_directory_each() throws IOException {
        Path two =
                PluginJar.balancers("com.example.maglev", "maglev").version("2").write(directory.resolve("two.jar"));
        assertNotEquals(work.unpack(jar).directory(), work.unpack(two).directory());
        assertEquals(2, directories().size());
    }

    @Test
    void a_file_in_the_place_of_the_directory_is_told() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        IOException thrown = assertThrows(IOException.class, () -> new WorkDirectory(file));
        assertTrue(thrown.getMessage().contains(file.toString()), thrown.toString());
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> all = Files.list(root.toRealPath())) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }
}

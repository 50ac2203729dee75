package io.leba.kernel.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Private copies of plugin jars, one directory {@code <id>-<sha256>} each, so that overwriting an installed jar never
 * touches what is loaded. A directory appears by rename and is complete or absent; equal jars share one. Processes may
 * share a work directory: each holds a shared lock, and only one that finds itself alone deletes anything.
 *
 * <p>Confined to the host's thread.
 */
final class WorkDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);
    /** Locks exclude processes, not hosts in one process. */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private static final String LOCK = ".lock";
    private static final String UNPACKING = ".unpacking-";
    private static final String CONTENTS = "contents";

    private final Path root;
    private final FileChannel lockFile;
    private FileLock shared;

    WorkDirectory(Path root) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
        if (!IN_USE.add(this.root)) {
            throw new IOException(
                    "work directory " + root + " is in use by another node of this process; give each its own");
        }
        try {
            this.lockFile = FileChannel.open(
                    this.root.resolve(LOCK),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            this.shared = tryLock(true);
        } catch (IOException e) {
            IN_USE.remove(this.root);
            throw e;
        }
    }

    /**
     * An unpacked jar: {@code <id>.jar} and {@code lib/*.jar}.
     *
     * @param directory the directory
     * @param jar the copy of the jar
     * @param libraries the nested libraries in order of name
     * @param sha256 of the jar, in hexadecimal
     */
    record Unpacked(Path directory, Path jar, List<Path> libraries, String sha256) {}

    /** Copies, checks and unpacks a jar, or finds it unpacked already. */
    Unpacked unpack(Path source) throws IOException {
        Optional<Path> present = find(source);
        return present.isPresent() ? unpacked(present.get()) : unpackAnew(source);
    }

    private Unpacked unpackAnew(Path source) throws IOException {
        Path temporary = Files.createTempDirectory(root, UNPACKING);
        try {
            Path copy = temporary.resolve("copy");
            String sha256 = copy(source, copy);
            JarContents.unpack(source, copy, temporary.resolve("lib"));
            String id = PluginReader.idOf(source, copy);
            Files.move(copy, temporary.resolve(id + ".jar"));
            seal(temporary);
            Path directory = root.resolve(id + "-" + sha256);
            delete(directory); // a damaged one, or find() would have seen it
            try {
                Files.move(temporary, directory, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                // another process unpacked the same jar meanwhile
                directory = find(source).orElseThrow(() -> e);
            }
            return unpacked(directory);
        } finally {
            delete(temporary);
        }
    }

    /** Deletes every directory but these, unless another process shares the work directory. */
    void retainOnly(Set<Path> inUse) {
        if (!lockFile.isOpen()) {
            return;
        }
        try {
            release(shared);
            FileLock alone = tryLock(false);
            try {
                if (alone != null) {
                    deleteAllBut(inUse);
                }
            } finally {
                release(alone);
                shared = tryLock(true);
            }
        } catch (IOException e) {
            LOG.debug("could not tidy {}", root, e); // what is left is tried again with the next change
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
            IN_USE.remove(root);
        } catch (IOException e) {
            LOG.debug("could not release {}", root, e);
        }
    }

    /** Copies, and returns the digest of what was copied: the source may change at any time. */
    private static String copy(Path source, Path copy) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(source), digest)) {
            Files.copy(in, copy);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The directory of an equal jar. Comparing is cheaper than digesting, which a cold JVM is slow at. */
    private Optional<Path> find(Path source) throws IOException {
        long size = Files.size(source);
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, "[!.]*")) {
            for (Path directory : directories) {
                Path jar = jarOf(directory);
                if (Files.isRegularFile(jar)
                        && Files.size(jar) == size
                        && Files.mismatch(source, jar) < 0
                        && isComplete(directory)) {
                    return Optional.of(directory);
                }
            }
        }
        return Optional.empty();
    }

    /** {@code <id>.jar} in {@code <id>-<sha256>}. */
    private static Path jarOf(Path directory) {
        String name = directory.getFileName().toString();
        return directory.resolve(name.substring(0, Math.max(0, name.lastIndexOf('-'))) + ".jar");
    }

    /** Writes down what the directory holds and forces all of it to the disk, so that a crash leaves no torn jar. */
    private static void seal(Path directory) throws IOException {
        Files.write(directory.resolve(CONTENTS), listing(directory), StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static boolean isComplete(Path directory) throws IOException {
        Path contents = directory.resolve(CONTENTS);
        return Files.isRegularFile(contents)
                && Files.readAllLines(contents, StandardCharsets.UTF_8).equals(listing(directory));
    }

    /** Sizes and names of the jars. */
    private static List<String> listing(Path directory) throws IOException {
        TreeMap<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(directory.relativize(file).toString(), Files.size(file));
            }
        }
        sizes.remove(CONTENTS);
        List<String> lines = new ArrayList<>();
        sizes.forEach((name, size) -> lines.add(size + " " + name));
        return lines;
    }

    private static Unpacked unpacked(Path directory) throws IOException {
        String name = directory.getFileName().toString();
        return new Unpacked(
                directory,
                jarOf(directory),
                librariesIn(directory.resolve("lib")),
                name.substring(name.lastIndexOf('-') + 1));
    }

    private static List<Path> librariesIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private void deleteAllBut(Set<Path> inUse) throws IOException {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path directory : directories) {
                if (!inUse.contains(directory)) {
                    delete(directory);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The lock, or null if another process holds one that excludes it. */
    private FileLock tryLock(boolean isShared) throws IOException {
        return lockFile.tryLock(0, Long.MAX_VALUE, isShared);
    }

    private static void release(FileLock lock) throws IOException {
        if (lock != null) {
            lock.release();
        }
    }
}

package io.leba.kernel.state;

import io.leba.spi.OnBackground;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/**
 * A file that is always wholly old or wholly new, whenever the process or the machine stops: what is new is written beside
 * it, forced to disk, and renamed. Only its owner can read it.
 */
@OnBackground
final class StateFile {
    private static final long LARGEST = 256L << 20;
    private static final int MOST_LINKS = 40;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path file;

    /** @param file a symbolic link is followed, so that what it leads to is replaced and not the link */
    StateFile(Path file) {
        Path real = file.toAbsolutePath();
        try {
            for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(real); i++) {
                real = real.resolveSibling(Files.readSymbolicLink(real));
            }
        } catch (IOException e) {
            // The link itself is replaced.
        }
        this.file = real;
    }

    /** The content; null if there is no file. */
    byte[] read() throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException("is larger than " + (LARGEST >> 20) + " MiB");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Replaces the content. */
    void write(byte[] content) throws IOException {
        Path folder = file.getParent();
        Files.createDirectories(folder);
        Path beside = folder.resolve("." + file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel = FileChannel.open(
                beside, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), ownersOnly(folder))) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(folder);
    }

    private static FileAttribute<?>[] ownersOnly(Path folder) {
        return Files.getFileAttributeView(folder, java.nio.file.attribute.PosixFileAttributeView.class) == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                };
    }

    /** Makes the rename last. Where folders cannot be opened (Windows), it lasts by itself. */
    private static void force(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }

    /** Renames the file, so that it is neither used nor overwritten. */
    Path setAside(Instant now) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".unreadable-" + STAMP.format(now));
        Files.move(file, aside);
        return aside;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}

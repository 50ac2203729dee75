package io.leba.kernel.admin;

import io.leba.spi.OnBackground;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Replaces a file's text so that a reader, or a machine that loses power, sees the old or the new one and nothing between. */
@OnBackground
final class ConfigFile {
    private ConfigFile() {}

    /** A new text beside the file. */
    record Staged(Path temporary, Path target) {
        /** Puts it in the file's place. */
        void commit() throws IOException {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            } catch (IOException e) {
                // some systems do not let a directory be opened; the rename is done all the same
            }
        }

        /** Forgets it. */
        void discard() {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                // a hidden file that nobody reads is left behind
            }
        }
    }

    /**
     * Writes the text beside the file that the path leads to, with its permissions.
     *
     * @throws Refused if that is not possible
     */
    static Staged stage(Path file, String text) {
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            Path temporary = Files.createTempFile(target.getParent(), ".", ".new");
            Staged staged = new Staged(temporary, target);
            boolean done = false;
            try {
                if (Files.exists(target) && Files.getFileStore(target).supportsFileAttributeView("posix")) {
                    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(target);
                    Files.setPosixFilePermissions(temporary, permissions);
                }
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
                done = true;
            } finally {
                if (!done) {
                    staged.discard();
                }
            }
            return staged;
        } catch (IOException e) {
            throw new Refused(
                    Refused.Reason.FAILED,
                    file + " cannot be written: " + e
                            + "; let this user write its directory, or change the file by other" + " means and reload");
        }
    }
}

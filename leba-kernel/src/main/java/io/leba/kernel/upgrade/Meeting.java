package io.leba.kernel.upgrade;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * Where two processes meet: a folder of a random name that only the user may enter, with a domain socket in it. Closing it
 * removes the folder.
 */
final class Meeting implements AutoCloseable {
    /** The shortest limit of a domain socket's path is 104 bytes, with its end. */
    private static final int LONGEST_PATH = 100;

    private static final FileAttribute<?> MINE_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;
    private final ServerSocketChannel talk;

    private Meeting(Path folder, ServerSocketChannel talk) {
        this.folder = folder;
        this.talk = talk;
    }

    /**
     * Opens one.
     *
     * @param work the node's work folder; the temporary folder is used where its path is too long for a domain socket
     */
    static Meeting in(Path work) throws IOException {
        Path folder = Files.createTempDirectory(work, "upgrade-", MINE_ALONE).toAbsolutePath();
        if (isTooLong(folder)) {
            Files.delete(folder);
            folder = Files.createTempDirectory("leba-upgrade-", MINE_ALONE).toAbsolutePath();
        }
        ServerSocketChannel talk = null;
        try {
            talk = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            talk.bind(UnixDomainSocketAddress.of(folder.resolve(Words.TALK)));
            return new Meeting(folder, talk);
        } catch (IOException | RuntimeException e) {
            if (talk != null) {
                talk.close();
            }
            remove(folder);
            throw e;
        }
    }

    private static boolean isTooLong(Path folder) {
        return folder.resolve(Words.SOCKETS).toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH;
    }

    Path folder() {
        return folder;
    }

    ServerSocketChannel talk() {
        return talk;
    }

    @Override
    public void close() {
        try {
            talk.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}

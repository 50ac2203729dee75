package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.OnBackground;
import io.leba.spi.TimeSource;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The file that lines are appended to. Once a second it looks whether the name still means the open file, and opens it anew if
 * not. It writes with a plain stream: a file channel would be closed by the interrupt that ends background work. One thread at
 * a time.
 */
@OnBackground
final class LogFile implements LineRing.Target {
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path path;
    private final boolean isStandardOutput;
    private final TimeSource time;
    private FileOutputStream out;
    private Object key;
    private long lookedNanos;
    private boolean isBroken;

    LogFile(Path path, boolean isStandardOutput, TimeSource time) {
        this.path = path;
        this.isStandardOutput = isStandardOutput;
        this.time = time;
    }

    /** Makes sure that it is open under its name. */
    void prepare() throws IOException {
        if (isStandardOutput) {
            if (out == null) {
                out = new FileOutputStream(FileDescriptor.out);
            }
            return;
        }
        long now = time.nanos();
        if (out != null && now - lookedNanos >= LOOK_NANOS) {
            lookedNanos = now;
            if (hasMoved()) {
                close();
            }
        }
        if (out == null) {
            out = new FileOutputStream(path.toFile(), true);
            key = key();
            lookedNanos = now;
        }
    }

    private boolean hasMoved() throws IOException {
        try {
            return !Objects.equals(key, key());
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private Object key() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        try {
            if (isBroken) {
                // The last line may be cut off.
                out.write('\n');
                isBroken = false;
            }
            out.write(bytes, start, length);
        } catch (IOException e) {
            isBroken = true;
            throw e;
        }
    }

    void close() throws IOException {
        if (out != null && !isStandardOutput) {
            try {
                out.close();
            } finally {
                out = null;
            }
        }
    }
}

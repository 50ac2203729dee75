package io.leba.plugin.discovery.file;

import io.leba.spi.Background;
import io.leba.spi.OnBackground;
import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.Discovery;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads the file again and again and compares what it says: that notices writes in place, renames over it and swapped
 * symbolic links (as Kubernetes does with mounted maps) alike, on any file system. A file that cannot be read or understood
 * changes nothing; nor does one that is being written: a change counts when the file has said the same twice.
 */
final class WatchedFile implements Discovery {
    /** How long after a change the file is read once more. */
    static final Duration SETTLING = Duration.ofMillis(200);

    private static final int LIMIT = 16 * 1024 * 1024;
    private static final byte[] NOTHING_YET = {};

    private final Path path;
    private final Duration interval;
    private final Background background;
    /** The content that was judged last. */
    private byte[] judged = NOTHING_YET;
    /** What the file says instead, if it has not said so twice; else the same. */
    private byte[] settling = NOTHING_YET;

    private boolean isReadable = true;
    private Runnable verdict = () -> {};

    WatchedFile(FileConfig config, Background background) {
        this.path = config.path();
        this.interval = config.interval();
        this.background = background;
    }

    @Override
    public void start(BackendSink sink) {
        background.every(Duration.ZERO, interval, () -> look(sink));
    }

    @OnBackground
    private synchronized void look(BackendSink sink) {
        byte[] content;
        try {
            content = read();
        } catch (IOException e) {
            isReadable = false;
            sink.failed(path + ": " + reason(e));
            return;
        }
        if (Arrays.equals(content, judged) && judged != NOTHING_YET) {
            settling = judged;
            if (!isReadable) {
                isReadable = true;
                verdict.run();
            }
        } else if (judged == NOTHING_YET || Arrays.equals(content, settling)) {
            isReadable = true;
            judge(content, sink);
        } else {
            settling = content;
            background.after(SETTLING, () -> look(sink));
        }
    }

    private void judge(byte[] content, BackendSink sink) {
        judged = content;
        settling = content;
        BackendList list = BackendList.parse(content, path.toString());
        verdict = list.problem().isPresent()
                ? () -> sink.failed(list.problem().get())
                : () -> sink.deliver(list.backends());
        verdict.run();
    }

    private byte[] read() throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("is a directory, not a file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(LIMIT + 1);
            if (content.length > LIMIT) {
                throw new IOException("is larger than 16 MiB");
            }
            return content;
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}

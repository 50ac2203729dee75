package io.leba.kernel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The demo's own copy of the shipped configuration, for {@code leba apply} writes what it is given to the file that serves. It goes
 * with the demo, unless it was changed.
 */
final class DemoFile implements AutoCloseable {
    private final Path path;
    private final String shipped;
    private final PrintWriter out;

    private DemoFile(Path path, String shipped, PrintWriter out) {
        this.path = path;
        this.shipped = shipped;
        this.out = out;
    }

    /**
     * Copies the file.
     *
     * @param work where to
     * @param out is told where changes are kept
     */
    static DemoFile copyOf(Path shipped, Path work, PrintWriter out) throws IOException {
        String text = Files.readString(shipped);
        Path path = Files.createTempFile(Files.createDirectories(work), "demo-", ".yaml");
        return new DemoFile(Files.writeString(path, text), text, out);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(path) && !Files.readString(path).equals(shipped)) {
            out.println("what you changed is kept in " + path);
            out.flush();
        } else {
            Files.deleteIfExists(path);
        }
    }
}

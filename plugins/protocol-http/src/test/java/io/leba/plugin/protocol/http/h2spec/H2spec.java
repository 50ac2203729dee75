package io.leba.plugin.protocol.http.h2spec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** The program h2spec, as the Maven plugin of that name brings it. */
final class H2spec {
    private static final String ARCHIVE = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final int BLOCK = 512;

    private final Path program;

    private H2spec(Path program) {
        this.program = program;
    }

    /** Whether the program runs here. */
    static boolean runsHere() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /** Unpacks it. */
    static H2spec in(Path folder) throws IOException {
        try (InputStream archive = ClassLoader.getSystemResourceAsStream(ARCHIVE)) {
            if (archive == null) {
                throw new IOException("h2spec is not on the class path: " + ARCHIVE);
            }
            Path program = folder.resolve("h2spec");
            Files.write(program, entry(new GZIPInputStream(archive).readAllBytes(), "h2spec"));
            if (!program.toFile().setExecutable(true)) {
                throw new IOException("cannot be made executable: " + program);
            }
            return new H2spec(program);
        }
    }

    /** A file of a tar archive. */
    private static byte[] entry(byte[] tar, String name) throws IOException {
        int at = 0;
        while (at + BLOCK <= tar.length && tar[at] != 0) {
            int size = Integer.parseInt(text(tar, at + 124, 12).trim(), 8);
            if (text(tar, at, 100).equals(name)) {
                return new ByteArrayInputStream(tar, at + BLOCK, size).readAllBytes();
            }
            at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        throw new IOException("not in the archive: " + name);
    }

    private static String text(byte[] a, int from, int most) {
        int to = from;
        while (to < from + most && a[to] != 0) {
            to++;
        }
        return new String(a, from, to - from, StandardCharsets.US_ASCII);
    }

    /** Runs it against a port; returns what it says. */
    String run(int port, Path report, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(program.toString(), "-h", "127.0.0.1", "-p", String.valueOf(port), "-j", report.toString()));
        command.addAll(List.of(more));
        Path output = report.resolveSibling(report.getFileName() + ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return Files.readString(output);
    }
}

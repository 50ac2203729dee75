package io.leba.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One finished run of a program: what it printed and how it ended. A run that does not end is killed and fails its test. */
record Run(int exitCode, String output, String errors, long pid) {
    private static final long TIMEOUT_SECONDS = 60;

    /** For JVMs that do not live long enough to win back what their second compiler costs. */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    /**
     * Runs a command.
     *
     * @param environment replaces the inherited one as a whole
     */
    static Run of(Path workingDirectory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        return of(workingDirectory, environment, command, TIMEOUT_SECONDS);
    }

    /** Runs a command that may take longer than most. */
    static Run of(Path workingDirectory, Map<String, String> environment, List<String> command, long timeoutSeconds)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("leba-run", ".out");
        Path errors = Files.createTempFile("leba-run", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(workingDirectory.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " still ran after " + timeoutSeconds + " s\n" + read(errors));
            }
            return new Run(process.exitValue(), read(output), read(errors), process.pid());
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    List<String> lines() {
        return output.lines().toList();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}

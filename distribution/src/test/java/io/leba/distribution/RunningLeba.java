package io.leba.distribution;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** LEBA as a user runs it: the launcher of a layout, in a process of its own, with a configuration of the test's. */
final class RunningLeba implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static {
        Awaitility.setDefaultTimeout(PATIENCE);
    }

    private static final int SYSTEM_PORTS = 32768;
    private static final int PORTS = 3000;
    private static final int FIRST_PORT = SYSTEM_PORTS - PORTS * (1 + Integer.getInteger("leba.fork", 1) % 4);
    /** Another build on this machine most likely begins elsewhere. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % PORTS));

    private final Process process;
    private final Path folder;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    private RunningLeba(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** Starts {@code leba run} with the configuration, and waits until a line of the log has the text. */
    static RunningLeba serving(Path folder, String yaml) throws IOException {
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, yaml);
        return start(Layout.HOME, folder, List.of("run", "--config", config.toString(), "--watch-interval", "1"))
                .awaitLog("generation 1 serves");
    }

    /** The same with JVM flags of the test's own; buffers are not watched for leaks. */
    static RunningLeba serving(Path folder, String yaml, String flags) throws IOException {
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, yaml);
        return start(
                        Layout.HOME,
                        folder,
                        List.of("run", "--config", config.toString(), "--watch-interval", "1"),
                        "-Dio.netty.leakDetection.level=disabled",
                        flags)
                .awaitLog("generation 1 serves");
    }

    /** Starts the launcher of a layout with arguments. */
    static RunningLeba start(Path home, Path folder, List<String> arguments, String... flags) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/leba").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        Map<String, String> environment = new HashMap<>(builder.environment());
        environment.keySet().retainAll(List.of("PATH", "JAVA_HOME", "HOME", "LANG"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment()
                .put(
                        "LEBA_OPTS",
                        Run.SHORT_LIVED + " -Dio.netty.leakDetection.level=paranoid -Dleba.work="
                                + folder.resolve("work") + " " + String.join(" ", flags));
        return new RunningLeba(builder.start(), folder);
    }

    RunningLeba awaitLog(String text) throws IOException {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
                if (!process.isAlive() && !log().contains(text)) {
                    throw new AssertionError("leba ended with " + process.exitValue() + ":\n" + log());
                }
                return log().contains(text);
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("'" + text + "' was not logged within " + PATIENCE + ":\n" + log(), e);
        }
        return this;
    }

    /** What it wrote so far, to both outputs. */
    String log() throws IOException {
        return Files.readString(folder.resolve("err")) + Files.readString(folder.resolve("out"));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until it has ended by itself. */
    void awaitEnd() throws IOException {
        try {
            await().atMost(PATIENCE).until(() -> !process.isAlive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("leba still runs:\n" + log(), e);
        }
    }

    /** With what it has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** Where it takes commands. */
    Path controlSocket() {
        return folder.resolve("work/control.sock");
    }

    /** Sends a signal by name ({@code INT}, {@code TERM}) and gives the exit code. */
    int stop(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "leba still runs " + PATIENCE.toSeconds() + " s after SIG" + signal + "\n" + log());
        }
        return process.exitValue();
    }

    /** Stops it in order, whatever state it is in, and fails if a buffer leaked. */
    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            try {
                stop("TERM");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (log().contains("LEAK:")) {
            throw new AssertionError("a buffer leaked:\n" + log());
        }
    }

    /**
     * Ports that are free, all different, and no others' soon: the system gives ports from {@value #SYSTEM_PORTS} on to whoever
     * asks for any, and test classes that run beside this one have a range of their own.
     */
    static List<Integer> freePorts(int count) throws IOException {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = FIRST_PORT + NEXT_PORT.getAndIncrement() % PORTS;
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                ports.add(port);
            } catch (BindException e) {
                continue; // somebody has it
            }
        }
        return ports;
    }
}

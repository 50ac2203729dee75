package io.leba.testkit.node;

import io.leba.kernel.admin.Node;
import io.leba.kernel.admin.NodeOptions;
import io.leba.kernel.thread.Timing;
import io.leba.spi.LebaPlugin;
import io.leba.spi.control.Change;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.NodeState.FrontendState;
import io.leba.testkit.waiting.Patience;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * LEBA in the test's own process, with everything but the launcher: plugins in realms of their own, real sockets, a
 * configuration as an operator writes it.
 *
 * <pre>{@code
 * try (HttpOrigin one = HttpOrigin.named("one");
 *         TestNode node = TestNode.start("""
 *                 frontend_services:
 *                   - {protocol: http, address: 127.0.0.1, port: 0}
 *                 backends:
 *                   - {address: 127.0.0.1, port: %d, protocol: http}
 *                 """.formatted(one.port()))) {
 *     assertEquals(200, node.get("/").status());
 * }
 * }</pre>
 *
 * <p>Installed are all plugins that {@link PluginFiles#installed()} finds, the one under test among them. A realm needs the SPI
 * as a named module: tests run on the module path, as Maven's Surefire does where the plugin has a {@code module-info.java}.
 */
public final class TestNode implements AutoCloseable {
    private static final long PAUSE_MILLIS = 5;

    private final Path folder;
    private final Node node;
    private final Optional<TurnedClock> clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Patience.limit()).build();

    private TestNode(Builder builder, String yaml) throws IOException {
        if (!ModuleLayer.boot().findModule("io.leba.spi").isPresent()) {
            throw new IllegalStateException(
                    "io.leba.spi is not on the module path of this JVM, so no plugin can be opened;"
                            + " give the plugin a module-info.java, and leave Surefire's useModulePath at true");
        }
        folder = Files.createTempDirectory("leba-node");
        clock = builder.clock;
        boolean done = false;
        try {
            Map<String, Path> plugins = new LinkedHashMap<>(builder.isAlone ? Map.of() : PluginFiles.installed());
            builder.plugins.forEach(place -> plugins.put(
                    PluginFiles.pluginModule(place)
                            .map(java.lang.module.ModuleDescriptor::name)
                            .orElse(place.toString()),
                    place));
            Files.createDirectories(folder.resolve(PluginFiles.FOLDER));
            for (Path place : plugins.values()) {
                PluginFiles.install(place, folder.resolve(PluginFiles.FOLDER));
            }
            for (Map.Entry<String, String> file : builder.files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            NodeOptions options = new NodeOptions(
                    Files.writeString(config(), yaml),
                    folder.resolve(PluginFiles.FOLDER),
                    folder.resolve("work"),
                    false,
                    Duration.ofSeconds(1),
                    false,
                    builder.environment);
            node = Node.start(options, clock.map(TestNode::timing).orElse(Timing.SYSTEM));
            done = true;
        } finally {
            if (!done) {
                delete(folder);
            }
        }
    }

    private static Timing timing(TurnedClock clock) {
        return new Timing(clock.time(), Optional.of(clock.timer()));
    }

    private Path config() {
        return folder.resolve("config.yaml");
    }

    /** How a node is to be. */
    public static final class Builder {
        private final java.util.List<Path> plugins = new java.util.ArrayList<>();
        private final Map<String, String> files = new LinkedHashMap<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Optional<TurnedClock> clock = Optional.empty();
        private boolean isAlone;

        private Builder() {}

        /** A plugin by its class: the jar, or the folder of classes, that the class comes from. */
        public Builder plugin(Class<? extends LebaPlugin> plugin) {
            return plugin(PluginFiles.of(plugin));
        }

        /** A plugin as a jar, or as a folder of classes with its {@code module-info.class}. */
        public Builder plugin(Path jarOrClasses) {
            plugins.add(jarOrClasses);
            return this;
        }

        /** Installs the plugins that were named, and no others. */
        public Builder nothingElse() {
            isAlone = true;
            return this;
        }

        /** Puts a file beside the configuration, which may name it by its relative path. */
        public Builder file(String name, String text) {
            files.put(name, text);
            return this;
        }

        /** What {@code ${name}} in the configuration stands for. The process's own environment is not seen. */
        public Builder variable(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Lets the node go by a clock that the test turns. */
        public Builder clock(TurnedClock turned) {
            clock = Optional.of(turned);
            return this;
        }

        /**
         * Starts it and returns when it serves. Port 0 is a free port.
         *
         * @throws RuntimeException with every problem of the configuration
         */
        public TestNode start(String yaml) {
            try {
                return new TestNode(this, yaml);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A node with nothing special. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a node with all plugins that are installed. */
    public static TestNode start(String yaml) {
        return builder().start(yaml);
    }

    /** The folder of its configuration; its plugins are in {@code plugins} below it. */
    public Path folder() {
        return folder;
    }

    /** What an operator may do with it. */
    public Control control() {
        return node;
    }

    /** The node at this moment. */
    public NodeState state() {
        return node.state();
    }

    /** A backend of a group at this moment. */
    public BackendState backend(String group, String backend) {
        return node.state().groups().stream()
                .filter(one -> one.name().equals(group))
                .flatMap(one -> one.backends().stream())
                .filter(one -> one.name().equals(backend))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no backend " + backend + " in group " + group + ": "
                        + node.state().groups()));
    }

    /** Where a frontend listens. */
    public InetSocketAddress address(String frontend) {
        FrontendState found = node.state().frontends().stream()
                .filter(one -> one.name().equals(frontend))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no frontend " + frontend + ": "
                        + node.state().frontends().stream()
                                .map(FrontendState::name)
                                .toList()));
        return address(found);
    }

    /** Where the first frontend listens. */
    public InetSocketAddress address() {
        return address(node.state().frontends().stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("the node has no frontend")));
    }

    private static InetSocketAddress address(FrontendState frontend) {
        int colon = frontend.address().lastIndexOf(':');
        String host = frontend.address().substring(0, colon).replaceAll("[\\[\\]]", "");
        return new InetSocketAddress(
                host.equals("*") ? "127.0.0.1" : host,
                Integer.parseInt(frontend.address().substring(colon + 1)));
    }

    /** GETs a path of the first frontend, over HTTP. */
    public Answer get(String path) {
        return send("GET", path, Map.of(), "");
    }

    /**
     * Sends a request to the first frontend, over HTTP.
     *
     * @param headers fields by name; {@code Host} and those that frame the message are set anyway
     * @param body as UTF-8; empty for none
     */
    public Answer send(String method, String path, Map<String, String> headers, String body) {
        InetSocketAddress address = address();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path))
                .timeout(Patience.limit())
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    /** Connects to the first frontend. */
    public TcpClient connect() {
        try {
            return TcpClient.connect(address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes over another configuration.
     *
     * @throws io.leba.spi.control.Refused with every problem; what served before serves on
     */
    public Change reload(String yaml) {
        try {
            Files.writeString(config(), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return node.reload();
    }

    /** Opens a plugin anew from where its class comes from, while traffic flows; see {@link #swap(Path)}. */
    public Change swap(Class<? extends LebaPlugin> plugin) {
        return swap(PluginFiles.of(plugin));
    }

    /**
     * Puts a jar, or a folder of classes, in the place of the plugin of the same module and uses it, in a new realm also if
     * nothing of it has changed.
     *
     * @throws io.leba.spi.control.Refused if it cannot be used; the open one serves on
     */
    public Change swap(Path jarOrClasses) {
        try {
            PluginFiles.install(jarOrClasses, folder.resolve(PluginFiles.FOLDER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return node.reloadPlugin(id(jarOrClasses));
    }

    private static String id(Path jarOrClasses) {
        return PluginFiles.pluginModule(jarOrClasses).orElseThrow().name();
    }

    /** Swaps the plugin for itself, and sees that everything of the old realm goes; see {@link #assertUnloads(Path)}. */
    public void assertUnloads(Class<? extends LebaPlugin> plugin) {
        assertUnloads(PluginFiles.of(plugin));
    }

    /**
     * Swaps the plugin for itself, and sees that the old realm is closed, once nothing uses it or its drain timeout has
     * passed, and that its classes are collected. Connections that it serves are best closed before.
     *
     * <p>Not with Netty's leak detection at {@code paranoid} or {@code advanced}: the stack traces that it keeps of a buffer's
     * users keep their classes for as long as the buffer lives, and the loops' buffers outlive plugins.
     */
    public void assertUnloads(Path jarOrClasses) {
        if (ResourceLeakDetector.getLevel().compareTo(ResourceLeakDetector.Level.ADVANCED) >= 0) {
            throw new IllegalStateException("Netty's leak detection is at " + ResourceLeakDetector.getLevel()
                    + ", which keeps classes; run this test with -Dio.netty.leakDetection.level=simple");
        }
        swap(jarOrClasses);
        await(
                "that the old realm of " + id(jarOrClasses) + " is gone",
                () -> {
                    System.gc();
                    return node.retiring() == 0 && node.lingeringRealms().isEmpty();
                },
                () -> clock.ifPresent(turned -> turned.advance(Duration.ofSeconds(1))));
    }

    /** Waits until something can be seen, ten seconds at most. */
    public void await(String what, BooleanSupplier condition) {
        await(what, condition, () -> {});
    }

    /**
     * Turns the clock step by step until something can be seen, each step followed by a moment in which what became due can
     * run.
     */
    public void turnUntil(Duration step, String what, BooleanSupplier condition) {
        TurnedClock turned = clock.orElseThrow(() -> new IllegalStateException("the node goes by the system's clock"));
        await(what, condition, () -> turned.advance(step));
    }

    private void await(String what, BooleanSupplier condition, Runnable step) {
        long deadline = System.nanoTime() + Patience.limit().toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(what + " was not seen within " + Patience.limit() + "; realms in use "
                        + node.retiring() + ", in memory " + node.lingeringRealms() + "; " + node.state());
            }
            step.run();
            java.util.concurrent.locks.LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000);
        }
    }

    /** Waits until the node has stopped. */
    public void awaitStop() throws InterruptedException {
        node.awaitStop();
    }

    /** Stops in order and deletes its folder; the second time nothing happens. */
    @Override
    public void close() {
        node.close();
        delete(folder);
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.sorted(Comparator.reverseOrder()).toList();
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

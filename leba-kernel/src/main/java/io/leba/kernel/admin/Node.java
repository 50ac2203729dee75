package io.leba.kernel.admin;

import io.leba.kernel.backend.BackendRegistry;
import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.ConfigLoader;
import io.leba.kernel.config.Problem;
import io.leba.kernel.generation.Bootstrap;
import io.leba.kernel.generation.Endpoints;
import io.leba.kernel.generation.Generations;
import io.leba.kernel.generation.NodeConfig;
import io.leba.kernel.generation.Services;
import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.meters.MeterScope;
import io.leba.kernel.plugin.PluginCatalog;
import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.ControlThread;
import io.leba.kernel.thread.Timing;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.TransportKind;
import io.leba.spi.TimeSource;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.Plan;
import io.leba.spi.control.PluginInfo;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running LEBA: everything from the configuration file to the listening sockets, and the one way to look at it and
 * change it. Any thread.
 */
public final class Node implements Control, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);
    private static final int LOOPS_PATIENCE_SECONDS = 5;
    private static final Duration IDLE_POLL = Duration.ofMillis(50);

    private final NodeOptions options;
    private final ConfigLoader loader;
    private final PluginHost host;
    private final PluginCatalog plugins;
    private final Services services;
    private final BackendOperations backends;
    private final MeterScope meters;
    private final Generations generations;
    private final long startedNanos;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile NodeConfig config;
    private volatile boolean ready;
    private volatile ConfigWatcher watcher;
    private boolean stopping;

    private Node(NodeOptions options, Timing timing, ConfigLoader loader, ConfigDocument document) throws IOException {
        this.options = options;
        this.loader = loader;
        this.startedNanos = System.nanoTime();
        this.config = Bootstrap.read(document);
        this.host = new PluginHost(options.plugins(), options.work());
        this.plugins = host.open();
        TimeSource time = timing.time();
        ControlThread control = timing.control();
        BackgroundPool background = timing.background();
        int count = config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        MeterHub hub = new MeterHub(count);
        EventLoops loops = EventLoops.start(config.transport(), count, time);
        BackendRegistry registry = new BackendRegistry(loops, control, background, hub);
        this.services = new Services(control, background, time, hub, loops, registry, new Endpoints());
        this.backends = new BackendOperations(registry, control);
        this.meters = hub.scope("node");
        this.generations = new Generations(services, this);
        meters.gauge("leba_generation", "The generation that serves", generations::number);
        meters.gauge("leba_ready", "1 while the node takes traffic", () -> ready ? 1 : 0);
        meters.gauge("leba_uptime_seconds", "Since the start", () -> (System.nanoTime() - startedNanos) / 1e9);
        meters.gauge("leba_plugin_realms_lingering", "Unloaded plugin realms not collected yet", host::lingering);
    }

    /**
     * Starts a node and returns when it serves.
     *
     * @throws ConfigException if the configuration cannot work; nothing is left running
     * @throws IOException if files or sockets cannot be used
     */
    public static Node start(NodeOptions options) throws IOException {
        return start(options, Timing.SYSTEM);
    }

    /** Starts a node whose schedules and deadlines follow the given clock. */
    public static Node start(NodeOptions options, Timing timing) throws IOException {
        ConfigLoader loader = new ConfigLoader(options.environment()::get);
        ConfigDocument document = loader.load(options.config());
        Node node = new Node(options, timing, loader, document);
        boolean done = false;
        try {
            node.serve(document);
            done = true;
        } finally {
            if (!done) {
                node.close();
            }
        }
        return node;
    }

    /** Builds a generation from the options' file, binds nothing, and drops it. */
    static void validate(NodeOptions options) throws IOException {
        ConfigLoader loader = new ConfigLoader(options.environment()::get);
        ConfigDocument document = loader.load(options.config());
        try (Node node = new Node(options, Timing.SYSTEM, loader, document)) {
            node.onControl(() -> {
                node.generations.validate(document, node.plugins);
                return null;
            });
        }
    }

    private void serve(ConfigDocument document) {
        if (plugins.realms().isEmpty()) {
            LOGGER.warn(
                    "no plugin is loaded from {}: nothing is served; put plugin jars there and start again",
                    options.plugins());
        } else {
            apply(document);
            ready = true;
            LOGGER.info(
                    "leba {} {}: generation {} serves, {} plugins, {} event loops on {}",
                    Version.text(),
                    config.nodeId(),
                    generations.number(),
                    plugins.realms().size(),
                    services.loops().loops().size(),
                    services.loops().kind().word());
            generations
                    .frontendStates()
                    .forEach(frontend -> LOGGER.info(
                            "frontend {}: {} on {}", frontend.name(), frontend.protocol(), frontend.address()));
        }
        if (options.watchConfig()) {
            watcher = new ConfigWatcher(
                    services.background().scope("config watch"), options.watchInterval(), document, this::reload);
        }
    }

    private void apply(ConfigDocument document) {
        config = onControl(() -> generations.apply(document, plugins));
    }

    /**
     * Reads the configuration again and publishes it as a new generation. Blocks; not for the control thread.
     *
     * @return the document read; the one that serves is kept if it has problems, which are logged
     */
    public ConfigDocument reload() {
        ConfigDocument document = null;
        try {
            ConfigDocument read = loader.load(options.config());
            document = read;
            Optional<NodeConfig> changed = onControl(() -> generations.applyChanges(read, plugins));
            changed.ifPresent(now -> config = now);
            LOGGER.info(
                    changed.isPresent()
                            ? "generation {} serves, from {}"
                            : "nothing changed; generation {} keeps serving, from {}",
                    generations.number(),
                    options.config());
        } catch (ConfigException e) {
            for (Problem problem : e.problems()) {
                LOGGER.error("{}", problem);
            }
            LOGGER.error(
                    "{} problem{}; generation {} keeps serving",
                    e.problems().size(),
                    e.problems().size() == 1 ? "" : "s",
                    generations.number());
        } catch (RuntimeException e) {
            LOGGER.error("the reload failed; generation {} keeps serving", generations.number(), e);
        }
        return document;
    }

    @Override
    public NodeState state() {
        return new NodeState(
                generations.nodeId().isEmpty() ? config.nodeId() : generations.nodeId(),
                Version.text(),
                generations.number(),
                ready,
                (System.nanoTime() - startedNanos) / 1_000_000,
                generations.frontendStates(),
                generations.groupStates());
    }

    @Override
    public Plan plan(Optional<String> text) {
        try {
            ConfigDocument document = text.map(read -> loader.load(options.config(), read))
                    .orElseGet(() -> loader.load(options.config()));
            return onControl(() -> generations.plan(document, plugins));
        } catch (ConfigException e) {
            throw new Refused(
                    Refused.Reason.INVALID,
                    e.problems().stream().map(Problem::toString).toList());
        }
    }

    @Override
    public List<PluginInfo> plugins() {
        return plugins.infos();
    }

    @Override
    public List<AdminEndpoint> endpoints() {
        return services.endpoints().list();
    }

    @Override
    public BackendState backend(String group, String backend, BackendChange change) {
        return backends.change(group, backend, change);
    }

    /** How the sockets are driven. */
    public TransportKind transport() {
        return services.loops().kind();
    }

    /** Waits until the node has stopped. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops: turns unready, stops accepting, lets exchanges finish for as long as {@code shutdown_timeout}, closes what is
     * left. Further calls return at once; {@link #awaitStop} waits.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (stopping) {
                return;
            }
            stopping = true;
        }
        try {
            ready = false;
            if (watcher != null) {
                watcher.close();
            }
            onControl(() -> {
                generations.stopAccepting();
                return null;
            });
            awaitIdle();
            awaitLoops();
            onControl(() -> {
                generations.close();
                return null;
            });
        } finally {
            quietly(services.registry()::close);
            quietly(services.loops()::close);
            quietly(services.background()::close);
            quietly(meters::close);
            quietly(services.control()::close);
            quietly(host::close);
            stopped.countDown();
        }
    }

    /** One step of a stop; the next ones follow whatever happens. */
    private static void quietly(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError e) {
            LOGGER.error("a part of the node did not stop in order", e);
        }
    }

    private <T> T onControl(Callable<T> task) {
        try {
            return services.control().call(task);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Closing is queued on the loops; extensions are closed after it was done, so that no last line of a log is lost. */
    private void awaitLoops() {
        try {
            onControl(generations::loopsPassed).toCompletableFuture().get(LOOPS_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.warn("an event loop did not come round within {} s", LOOPS_PATIENCE_SECONDS);
        }
    }

    private void awaitIdle() {
        long deadline = System.nanoTime() + config.shutdownTimeout().toNanos();
        while (!onControl(generations::isIdle)) {
            if (System.nanoTime() - deadline >= 0) {
                LOGGER.warn("exchanges are still under way after shutdown_timeout; their connections are closed");
                break;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(IDLE_POLL.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        onControl(() -> {
            generations.closeConnections();
            return null;
        });
    }
}

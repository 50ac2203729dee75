package io.leba.kernel.admin;

import io.leba.kernel.backend.BackendRegistry;
import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.ConfigLoader;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Bootstrap;
import io.leba.kernel.generation.Endpoints;
import io.leba.kernel.generation.Generations;
import io.leba.kernel.generation.NodeConfig;
import io.leba.kernel.generation.Services;
import io.leba.kernel.generation.TlsConfig;
import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.meters.MeterScope;
import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.state.SavedState;
import io.leba.kernel.state.StateKeeper;
import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.ControlThread;
import io.leba.kernel.thread.Timing;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.TransportKind;
import io.leba.kernel.transport.tls.TlsEngine;
import io.leba.kernel.upgrade.Launch;
import io.leba.kernel.upgrade.Predecessor;
import io.leba.spi.TimeSource;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.Change;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.Plan;
import io.leba.spi.control.PluginInfo;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running LEBA: everything from the configuration file to the listening sockets, and the one way to look at it and
 * change it. Any thread.
 */
public final class Node implements Control, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);

    private final NodeOptions options;
    private final ConfigLoader loader;
    private final PluginHost host;
    private final Services services;
    private final BackendOperations backends;
    private final MeterScope meters;
    private final Generations generations;
    private final Serving serving;
    private final ConfigChanges configuration;
    private final PluginChanges plugins;
    private final Reloading reloading;
    private final StateKeeper memory;
    private final Succession succession;
    private final long startedNanos;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<AutoCloseable> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean ready;
    private final AtomicReference<Thread> stopping = new AtomicReference<>();

    private Node(
            NodeOptions options, ConfigLoader loader, ConfigDocument document, PluginHost host, Services services) {
        this.options = options;
        this.loader = loader;
        this.host = host;
        this.services = services;
        this.startedNanos = System.nanoTime();
        this.backends = new BackendOperations(services.registry(), services.control());
        this.meters = services.meters().scope("node");
        this.generations = new Generations(services, this);
        this.serving = new Serving(services, generations, host, document, Bootstrap.read(document));
        this.configuration = new ConfigChanges(options.config(), loader, serving, host, generations, services);
        this.plugins = new PluginChanges(options.plugins(), serving, host, generations);
        this.reloading = new Reloading(options.config(), serving, configuration, plugins, generations);
        this.memory = new StateKeeper(
                services.control(),
                services.background().scope("state"),
                services.time(),
                () -> new SavedState(Version.text(), nodeId(), generations.number(), Map.of()),
                services.registry().operators());
        memory.measure(meters);
        generations.onPublish(config -> memory.use(config.state()));
        this.succession = new Succession(options, services, generations, serving, memory);
        NodeMeters.show(meters, generations, services, host, startedNanos, this::isReady);
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
        return Succession.starting(options, predecessor -> start(options, timing, predecessor));
    }

    private static Node start(NodeOptions options, Timing timing, Optional<Predecessor> predecessor)
            throws IOException {
        EventLoops.preload();
        ConfigLoader loader = new ConfigLoader(options.environment()::get);
        Problems problems = new Problems();
        Optional<ConfigDocument> found = loader.load(options.config(), problems);
        if (!problems.isEmpty()) {
            examine(options, loader, found, problems);
        }
        ConfigDocument document = found.orElseThrow();
        Map<Path, String> read = ConfigWatcher.prints(filesOf(document));
        Node node = prepare(options, timing, loader, document);
        boolean done = false;
        try {
            node.succession.inherit(predecessor);
            node.serve(document, read);
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
        Problems problems = new Problems();
        examine(options, loader, loader.load(options.config(), problems), problems);
    }

    /** Looks for more problems in what could be read. */
    private static void examine(
            NodeOptions options, ConfigLoader loader, Optional<ConfigDocument> read, Problems problems)
            throws IOException {
        if (read.isPresent()) {
            try (Node node = prepare(options, Timing.SYSTEM, loader, read.get())) {
                node.services.onControl(() -> {
                    node.generations.validate(read.get(), node.host.catalog(), problems);
                    return null;
                });
            }
        }
        problems.throwIfAny();
    }

    /** Opens the plugins and starts the threads; what was started is stopped again if something cannot be. */
    private static Node prepare(NodeOptions options, Timing timing, ConfigLoader loader, ConfigDocument document)
            throws IOException {
        NodeConfig config = Bootstrap.read(document);
        if (config.tlsConfig().filter(TlsConfig::enabled).isPresent()) {
            TlsEngine.preload();
        }
        TimeSource time = timing.time();
        Deque<AutoCloseable> started = new ArrayDeque<>();
        boolean done = false;
        try {
            PluginHost host = new PluginHost(options.plugins(), options.work());
            started.push(host);
            host.open();
            ControlThread control = timing.control();
            started.push(control);
            BackgroundPool background = timing.background();
            started.push(background);
            int count = config.eventLoops() > 0
                    ? config.eventLoops()
                    : Runtime.getRuntime().availableProcessors();
            MeterHub hub = new MeterHub(count);
            EventLoops loops = EventLoops.start(config.transport(), count, time);
            started.push(loops);
            config.bufferBudget().ifPresent(size -> loops.buffers().budget(size.bytes()));
            BackendRegistry registry = new BackendRegistry(loops, control, background, hub);
            started.push(registry);
            Services services = new Services(control, background, time, hub, loops, registry, new Endpoints());
            Node node = new Node(options, loader, document, host, services);
            done = true;
            return node;
        } finally {
            if (!done) {
                started.forEach(part -> quietly(part::close));
            }
        }
    }

    private static Set<Path> filesOf(ConfigDocument document) {
        Set<Path> files = new TreeSet<>(document.files());
        files.addAll(document.directories());
        return files;
    }

    private void serve(ConfigDocument document, Map<Path, String> read) throws IOException {
        memory.start(serving.config().state()).ifPresent(generations::continueAfter);
        if (host.catalog().realms().isEmpty()) {
            succession.requireAlone("no plugin is loaded from " + options.plugins() + ": nothing would be served");
            LOGGER.warn(
                    "no plugin is loaded from {}: nothing is served; put plugin jars there{}",
                    options.plugins(),
                    options.watchPlugins() ? "" : " and start again");
        } else {
            serving.inTurn(() -> {
                serving.publish(document, host.catalog());
                return null;
            });
            LOGGER.info(
                    "leba {} {}: generation {} serves, {} plugins, {} event loops on {}",
                    Version.text(),
                    serving.config().nodeId(),
                    generations.number(),
                    host.catalog().realms().size(),
                    services.loops().loops().size(),
                    services.loops().kind().word());
            generations
                    .frontendStates()
                    .forEach(frontend -> LOGGER.info(
                            "frontend {}: {} on {}", frontend.name(), frontend.protocol(), frontend.address()));
        }
        succession.takeOver();
        ready = true;
        if (options.watchConfig()) {
            watchers.add(new ConfigWatcher(
                    services.background().scope("config watch"),
                    options.watchInterval(),
                    read,
                    reloading::filesChanged));
        }
        if (options.watchPlugins()) {
            watchers.add(new PluginWatcher(
                    services.background().scope("plugin watch"), options.plugins(), reloading::pluginsChanged));
        }
    }

    @Override
    public Change reload() {
        return reloading.reload();
    }

    @Override
    public Change apply(Optional<String> text, Optional<Duration> confirmWithin) {
        Change change = configuration.apply(text, confirmWithin);
        LOGGER.info("generation {} serves; {}", change.generation(), String.join("; ", change.lines()));
        plugins.configurationChanged();
        return change;
    }

    @Override
    public Plan plan(Optional<String> text) {
        return configuration.plan(text);
    }

    @Override
    public Change confirm() {
        return configuration.confirm();
    }

    @Override
    public Change rollback() {
        return configuration.rollback();
    }

    @Override
    public Change rescanPlugins() {
        return plugins.rescan();
    }

    @Override
    public Change reloadPlugin(String id) {
        return plugins.reload(id);
    }

    @Override
    public Change installPlugin(Path jar) {
        return plugins.install(jar);
    }

    @Override
    public Change enablePlugin(String id) {
        return plugins.enable(id);
    }

    @Override
    public Change disablePlugin(String id) {
        return plugins.disable(id);
    }

    @Override
    public NodeState state() {
        return new NodeState(
                nodeId(),
                Version.text(),
                generations.number(),
                isReady(),
                (System.nanoTime() - startedNanos) / 1_000_000,
                generations.frontendStates(),
                generations.groupStates());
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
        succession.requireStaying();
        return backends.change(group, backend, change);
    }

    private String nodeId() {
        return generations.nodeId().isEmpty() ? serving.config().nodeId() : generations.nodeId();
    }

    @Override
    public Change upgrade(Optional<Path> home) {
        if (!ready) {
            throw new Refused(Refused.Reason.CONFLICT, "the node does not serve, or stops");
        }
        return succession.upgrade(home, this::close);
    }

    /** Says how this process was started, so that it can start another in its place. */
    public void launchedBy(Launch launch) {
        succession.launchedBy(launch);
    }

    private boolean isReady() {
        return ready && generations.number() > 0;
    }

    /** Unloaded plugin realms that something still keeps in memory. */
    public List<String> lingeringRealms() {
        return host.lingeringRealms();
    }

    /** How many plugin realms that were replaced are still in use. */
    public int retiring() {
        return generations.retiring();
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
     * Stops: turns unready, goes on for {@code shutdown_delay}, stops accepting, lets exchanges finish for as long as {@code
     * shutdown_timeout}, closes what is left. Further calls wait until it has stopped.
     */
    @Override
    public void close() {
        if (!stopping.compareAndSet(null, Thread.currentThread())) {
            awaitOther();
            return;
        }
        quietly(succession::stop);
        try {
            ready = false;
            watchers.forEach(watcher -> quietly(watcher::close));
            new Shutdown(services, generations, memory).run(serving.config());
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

    private void awaitOther() {
        if (stopping.get() != Thread.currentThread()) {
            try {
                awaitStop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** One step of a stop; the next ones follow whatever happens. */
    private static void quietly(Step step) {
        try {
            step.run();
        } catch (Exception | LinkageError e) {
            LOGGER.error("a part of the node did not stop in order", e);
        }
    }
}

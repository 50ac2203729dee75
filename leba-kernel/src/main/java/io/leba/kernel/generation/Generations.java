package io.leba.kernel.generation;

import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Generation.Grouped;
import io.leba.kernel.generation.Generation.Listening;
import io.leba.kernel.plugin.PluginCatalog;
import io.leba.kernel.plugin.Realm;
import io.leba.kernel.traffic.Frontend;
import io.leba.spi.OnControl;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState.FrontendState;
import io.leba.spi.control.NodeState.GroupState;
import io.leba.spi.control.Plan;
import io.leba.spi.discovery.BackendSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations that live: the one that serves, and those before it that still have exchanges or connections. A change of
 * configuration and a change of plugins are the same operation: {@link #apply}. Everything runs on the control thread.
 */
@OnControl
public final class Generations {
    static final Logger LOGGER = LoggerFactory.getLogger(Generations.class);

    private final Services services;
    private final Control control;
    private final Executor listeners;
    private final SharedCluster cluster;
    private final Instances instances;
    private final Sockets sockets;
    private final QuicSockets quic;
    private final Map<String, Frontend> frontends = new LinkedHashMap<>();
    private final Map<String, Grouped> groups = new HashMap<>();
    private final Retirement retirement;
    private final CertificateWatch certificates;
    private LocalCluster alone;
    private Generation current;
    private long lastNumber;
    private boolean stopping;
    private Consumer<NodeConfig> onPublish = config -> {};
    private long bindNanos;
    private long buildNanos;
    private volatile Phases phases = Phases.NONE;
    private volatile Snapshot snapshot = new Snapshot(0, Optional.empty(), List.of(), List.of());

    /**
     * @param services what outlives every generation
     * @param control what service plugins are given
     */
    public Generations(Services services, Control control) {
        this.services = services;
        this.control = control;
        this.listeners = services.background().scope("cluster")::run;
        this.alone = new LocalCluster("", listeners);
        this.cluster = new SharedCluster(alone, listeners);
        this.instances = new Instances(services, cluster);
        this.sockets = new Sockets(services);
        this.quic = new QuicSockets(services);
        this.retirement = new Retirement(services, instances, frontends.values());
        this.certificates = new CertificateWatch(services.background());
    }

    /** Numbers go on after those of an earlier run. Before the first generation. */
    public void continueAfter(long number) {
        lastNumber = Math.max(lastNumber, number);
    }

    /** Runs the action, on the control thread, after each generation that was published. */
    public void onPublish(Consumer<NodeConfig> action) {
        onPublish = action;
    }

    /** What other threads see. */
    private record Snapshot(
            long generation, Optional<NodeConfig> node, List<Listening> frontends, List<Grouped> groups) {}

    /**
     * Builds a generation from the document and the plugins, and publishes it.
     *
     * @throws ConfigException with every problem found; the generation that served before serves on
     */
    public NodeConfig apply(ConfigDocument document, PluginCatalog plugins) {
        apply(document, plugins, prepared -> true);
        return current.sections().node();
    }

    /**
     * The same, unless the generation that serves does what the new one would do; then that serves on, under its number.
     *
     * @return empty if nothing was published
     * @throws ConfigException with every problem found; the generation that served before serves on
     */
    public Optional<NodeConfig> applyChanges(ConfigDocument document, PluginCatalog plugins) {
        boolean isPublished = apply(document, plugins, prepared -> !new Planning(current, prepared).changesNothing());
        return isPublished ? Optional.of(current.sections().node()) : Optional.empty();
    }

    private boolean apply(ConfigDocument document, PluginCatalog plugins, Predicate<Prepared> isWanted) {
        if (stopping) {
            throw new IllegalStateException("the node is stopping");
        }
        Problems problems = new Problems();
        Prepared prepared = prepare(document, plugins, problems);
        boolean isReady = false;
        long builtNanos = System.nanoTime();
        long comparedNanos = builtNanos;
        try {
            if (problems.isEmpty() && !isWanted.test(prepared)) {
                return false;
            }
            comparedNanos = System.nanoTime();
            if (problems.isEmpty()) {
                prepared.acquire(sockets, quic, control, problems);
            }
            isReady = problems.isEmpty();
        } finally {
            if (!isReady && prepared != null) {
                prepared.drop();
            }
        }
        problems.throwIfAny();
        publish(prepared);
        current.sections().items().forgetEarlier();
        phases = new Phases(
                document.readNanos(),
                bindNanos,
                buildNanos,
                comparedNanos - builtNanos,
                System.nanoTime() - comparedNanos);
        return true;
    }

    /** How long the parts of what was published last took. Any thread. */
    public Phases phases() {
        return phases;
    }

    /** Builds a generation and drops it; adds every problem found to those that the document was read with. */
    public void validate(ConfigDocument document, PluginCatalog plugins, Problems problems) {
        Prepared prepared = prepare(document, plugins, problems);
        if (prepared != null) {
            prepared.drop();
        }
    }

    /**
     * Builds a generation, finds out what it would change, and drops it.
     *
     * @throws ConfigException with every problem found
     */
    public Plan plan(ConfigDocument document, PluginCatalog plugins) {
        Problems problems = new Problems();
        Prepared prepared = prepare(document, plugins, problems);
        try {
            problems.throwIfAny();
            return new Planning(current, prepared).plan(services, cluster);
        } finally {
            if (prepared != null) {
                prepared.drop();
            }
        }
    }

    private Prepared prepare(ConfigDocument document, PluginCatalog plugins, Problems problems) {
        Catalog catalog = new Catalog(plugins);
        SectionReader reader = new SectionReader(
                catalog, problems, current == null ? null : current.sections().items());
        long startedNanos = System.nanoTime();
        Sections sections = reader.read(document).orElse(null);
        long boundNanos = System.nanoTime();
        if (sections == null) {
            return null;
        }
        GenerationBuilder.Known known = new GenerationBuilder.Known(
                frontends, groups, instances, current == null ? List.of() : current.sources());
        Prepared built = new GenerationBuilder(
                        lastNumber + 1,
                        sections,
                        catalog,
                        reader,
                        problems,
                        services,
                        known,
                        () -> services.control().execute(this::membersChanged))
                .build();
        built.claim(problems);
        bindNanos = boundNanos - startedNanos;
        buildNanos = System.nanoTime() - boundNanos;
        return built;
    }

    private void publish(Prepared prepared) {
        Generation before = current;
        current = prepared.commit(generation -> assign(generation, true));
        lastNumber = current.number();
        long deadline = services.time().nanos()
                + current.sections().node().drainTimeout().toNanos();
        Map<String, Frontend> kept = new HashMap<>();
        current.frontends().forEach((name, listening) -> kept.put(name, listening.frontend()));
        for (Frontend frontend : frontends.values()) {
            if (kept.get(frontend.name()) != frontend) {
                retirement.leaves(frontend, before.number(), deadline);
            }
        }
        frontends.clear();
        frontends.putAll(kept);
        groups.clear();
        groups.putAll(current.groups());
        snapshot = new Snapshot(
                current.number(),
                Optional.of(current.sections().node()),
                List.copyOf(current.frontends().values()),
                List.copyOf(current.groups().values()));
        certificates.over(
                frontends.values().stream().flatMap(one -> one.tls().stream()).toList(),
                groups.values().stream()
                        .flatMap(one -> one.runtime().tls().stream())
                        .distinct()
                        .toList());
        lead(current);
        retirement.services(prepared.services(), deadline);
        retirement.replaced(before, current, deadline);
        onPublish.accept(current.sections().node());
    }

    /** Puts what provides the cluster in this generation behind what extensions see. */
    private void lead(Generation generation) {
        if (generation.cluster().isPresent()) {
            cluster.lead(generation.cluster().get());
            return;
        }
        String nodeId = generation.sections().node().nodeId();
        if (!alone.nodeId().equals(nodeId)) {
            alone = new LocalCluster(nodeId, listeners);
        }
        cluster.lead(alone);
    }

    /** Tells, on the control thread, when nothing that was made of a realm that {@link #apply} left behind lives any more. */
    public void whenFree(Realm realm, Consumer<Realm> free) {
        retirement.whenFree(realm, free);
    }

    /** A discovery delivered: the groups of the current generation get their backends anew. */
    private void membersChanged() {
        if (current != null) {
            assign(current, false);
        }
    }

    private void assign(Generation generation, boolean isNew) {
        Grouping grouping =
                new Grouping(generation.catalog(), generation.sections().node().allowedPorts(), (position, message) -> {
                    if (!isNew) {
                        LOGGER.warn("discovered backend left out: {}: {}", position, message);
                    }
                });
        generation.sections().groups().forEach(grouping::declare);
        generation.sources().forEach(grouping::fill);
        Map<String, Grouping.Members> found = grouping.groups();
        for (Grouped group : generation.groups().values()) {
            Grouping.Members members = found.get(group.of());
            List<BackendSpec> specs = members == null ? List.of() : members.specs();
            if (!group.only().isEmpty()) {
                specs = specs.stream()
                        .filter(spec -> spec.nameOrAddress().equals(group.only()))
                        .toList();
            }
            try {
                group.runtime().members(specs);
            } catch (Throwable e) {
                Obtaining.throwIfFatal(e);
                LOGGER.error(
                        "group {}: its backends could not be taken over",
                        group.runtime().name(),
                        e);
            }
        }
        for (String name : found.keySet()) {
            if (!generation.groups().containsKey(name) && !isNew) {
                LOGGER.warn("discovered backends of group {} are not used: no frontend or rule refers to it", name);
            }
        }
    }

    /**
     * Stops accepting connections of clients, and tells those that are open to end after the exchange under way. Services
     * are still reached.
     *
     * @param timeout how long the exchanges have; connections without one are given less
     * @return completes when no socket accepts any more; then a connection may still be on the way to its loop
     */
    public CompletionStage<Void> stopAccepting(Duration timeout) {
        stopping = true;
        retirement.stop();
        CompletionStage<Void> closed = sockets.finishFrontends();
        quic.leave();
        Duration half = timeout.dividedBy(2);
        Duration linger = half.compareTo(Frontend.LINGER) < 0 ? half : Frontend.LINGER;
        frontends.values().forEach(frontend -> frontend.drain(linger));
        return closed;
    }

    /**
     * Takes over the sockets of another process, which still serves: from which nothing is accepted before {@link
     * #release}. Before the first generation.
     */
    public void inherit(List<ListeningSocket> listening) {
        sockets.inherit(listening);
        quic.succeed();
    }

    /** The other process serves no more: accepts. */
    public void release() {
        sockets.release();
    }

    /** What another process would need to take the sockets over. */
    public List<ListeningSocket> listening() {
        return sockets.listening();
    }

    /** Whether connections are accepted. */
    public boolean isAccepting() {
        return sockets.isOpen();
    }

    /** Stops accepting, for clients and for services, because another process does from now on. */
    public void leaveSockets() {
        sockets.close();
        quic.leave();
        retirement.drainServices();
    }

    /** Whether no client connection is open. */
    public boolean isIdle() {
        return frontends.values().stream().allMatch(Frontend::isIdle) && retirement.isIdle();
    }

    /** Closes client connections that are still open. */
    public void closeConnections() {
        frontends.values().forEach(Frontend::closeConnections);
        retirement.closeConnections();
    }

    /** Closes every extension instance, and forgets the generations. Traffic must have ended. */
    public void close() {
        certificates.close();
        sockets.close();
        quic.close();
        retirement.close();
        frontends.values().forEach(Frontend::close);
    }

    /** Completes once every loop has finished what it was doing when this was called. */
    public CompletionStage<Void> loopsPassed() {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        retirement.afterEveryLoopPassed(() -> passed.complete(null));
        return passed;
    }

    /** The number of the generation that serves; 0 before the first. Any thread. */
    public long number() {
        return snapshot.generation();
    }

    /** The name of the node, as configured. Any thread. */
    public String nodeId() {
        return snapshot.node().map(NodeConfig::nodeId).orElse("");
    }

    /** The listening addresses. Any thread. */
    public List<FrontendState> frontendStates() {
        return snapshot.frontends().stream()
                .map(one -> one.state(sockets.address(one.requested())))
                .toList();
    }

    /** The groups. Any thread. */
    public List<GroupState> groupStates() {
        return snapshot.groups().stream().map(one -> one.runtime().state()).toList();
    }

    /** How many plugin realms that were replaced are still in use. Any thread. */
    public int retiring() {
        return retirement.count();
    }
}

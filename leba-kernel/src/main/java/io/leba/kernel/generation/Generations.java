package io.leba.kernel.generation;

import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Generation.Grouped;
import io.leba.kernel.generation.Generation.Listening;
import io.leba.kernel.plugin.PluginCatalog;
import io.leba.kernel.traffic.Frontend;
import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnControl;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState.FrontendState;
import io.leba.spi.control.NodeState.GroupState;
import io.leba.spi.discovery.BackendSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations that live: the one that serves, and those before it that still have exchanges or connections. A change of
 * configuration and a change of plugins are the same operation: {@link #apply}. Everything runs on the control thread.
 */
@OnControl
public final class Generations {
    static final Logger LOGGER = LoggerFactory.getLogger(Generations.class);
    private static final Duration RETIRE_INTERVAL = Duration.ofMillis(250);

    private final Services services;
    private final Control control;
    private final Instances instances;
    private final Sockets sockets;
    private final Map<String, Frontend> frontends = new LinkedHashMap<>();
    private final Map<String, Grouped> groups = new HashMap<>();
    private final List<Draining> draining = new ArrayList<>();
    private final List<Leaving> leaving = new ArrayList<>();
    private Generation current;
    private LocalCluster cluster;
    private long lastNumber;
    private boolean retireScheduled;
    private int passing;
    private boolean stopping;
    private volatile Snapshot snapshot = new Snapshot(0, Optional.empty(), List.of(), List.of());

    /**
     * @param services what outlives every generation
     * @param control what service plugins are given
     */
    public Generations(Services services, Control control) {
        this.services = services;
        this.control = control;
        this.instances = new Instances(services);
        this.sockets = new Sockets(services.loops());
    }

    /** A generation that was replaced, and when what is left of it is closed. */
    private record Draining(Generation generation, long deadlineNanos) {}

    /** A frontend that no generation has any more, and when its connections are closed. */
    private record Leaving(Frontend frontend, long generation, long deadlineNanos) {}

    /** What other threads see. */
    private record Snapshot(
            long generation, Optional<NodeConfig> node, List<Listening> frontends, List<Grouped> groups) {}

    /**
     * Builds a generation from the document and the plugins, and publishes it.
     *
     * @throws ConfigException with every problem found; the generation that served before serves on
     */
    public NodeConfig apply(ConfigDocument document, PluginCatalog plugins) {
        if (stopping) {
            throw new IllegalStateException("the node is stopping");
        }
        Problems problems = new Problems();
        Prepared prepared = prepare(document, plugins, problems);
        boolean isReady = false;
        try {
            if (problems.isEmpty()) {
                prepared.acquire(sockets, control, problems);
            }
            isReady = problems.isEmpty();
        } finally {
            if (!isReady && prepared != null) {
                prepared.drop();
            }
        }
        problems.throwIfAny();
        publish(prepared);
        return current.sections().node();
    }

    /**
     * Builds a generation and drops it.
     *
     * @throws ConfigException with every problem found
     */
    public void validate(ConfigDocument document, PluginCatalog plugins) {
        Problems problems = new Problems();
        Prepared prepared = prepare(document, plugins, problems);
        if (prepared != null) {
            prepared.drop();
        }
        problems.throwIfAny();
    }

    private Prepared prepare(ConfigDocument document, PluginCatalog plugins, Problems problems) {
        Catalog catalog = new Catalog(plugins);
        SectionReader reader = new SectionReader(catalog, problems);
        Sections sections = reader.read(document).orElse(null);
        if (sections == null) {
            return null;
        }
        if (cluster == null || !cluster.nodeId().equals(sections.node().nodeId())) {
            cluster = new LocalCluster(
                    sections.node().nodeId(), services.background().scope("cluster")::run);
        }
        Map<String, List<BackendSpec>> found = new HashMap<>();
        if (current != null) {
            current.sources()
                    .forEach(source ->
                            found.put(source.feed().path(), source.feed().latest()));
        }
        GenerationBuilder.Known known = new GenerationBuilder.Known(frontends, groups, instances, cluster, found);
        return new GenerationBuilder(
                        lastNumber + 1,
                        sections,
                        catalog,
                        reader,
                        problems,
                        services,
                        known,
                        () -> services.control().execute(this::membersChanged))
                .build();
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
                frontend.drain();
                leaving.add(new Leaving(frontend, before.number(), deadline));
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
        if (before != null) {
            draining.add(new Draining(before, deadline));
            passing++;
            afterEveryLoopPassed(() -> {
                passing--;
                retire();
            });
        }
    }

    /** Runs the task on the control thread once every loop has finished what it was doing when this was called. */
    private void afterEveryLoopPassed(Runnable task) {
        List<KernelLoop> loops = services.loops().loops();
        AtomicInteger left = new AtomicInteger(loops.size());
        for (KernelLoop loop : loops) {
            loop.eventLoop().execute(() -> {
                if (left.decrementAndGet() == 0) {
                    services.control().execute(task);
                }
            });
        }
    }

    /** Closes what only generations used that nothing runs in any more. Waits for loops that are about to enter one. */
    private void retire() {
        if (stopping || passing > 0) {
            return;
        }
        long now = services.time().nanos();
        Set<Long> inUse = new HashSet<>();
        frontends.values().forEach(frontend -> frontend.generationsInUse(inUse));
        leaving.removeIf(one -> {
            if (one.frontend().isDone()) {
                one.frontend().close();
                return true;
            }
            inUse.add(one.generation());
            one.frontend().generationsInUse(inUse);
            if (now - one.deadlineNanos() >= 0 && one.frontend().connections() > 0) {
                LOGGER.warn(
                        "frontend {}: {} connections are still open after the drain timeout; closed",
                        one.frontend().name(),
                        one.frontend().connections());
                one.frontend().closeConnections();
            }
            return false;
        });
        for (Draining one : draining) {
            if (now - one.deadlineNanos() >= 0) {
                int closed = 0;
                for (Frontend frontend : frontends.values()) {
                    closed += frontend.closeRetired(one.generation().number());
                }
                if (closed > 0) {
                    LOGGER.warn(
                            "generation {}: {} connections are still open after the drain timeout; closed",
                            one.generation().number(),
                            closed);
                }
            }
        }
        if (draining.removeIf(one -> !inUse.contains(one.generation().number()))) {
            List<Set<Instances.Instance>> kept = new ArrayList<>();
            kept.add(current.instances());
            draining.forEach(one -> kept.add(one.generation().instances()));
            instances.retain(kept);
            retireGroups();
        }
        if ((!draining.isEmpty() || !leaving.isEmpty()) && !retireScheduled) {
            retireScheduled = true;
            services.control().after(RETIRE_INTERVAL, () -> {
                retireScheduled = false;
                retire();
            });
        }
    }

    private final Set<Grouped> everUsed = new HashSet<>();

    private void retireGroups() {
        Set<Object> inUse = new HashSet<>();
        current.groups().values().forEach(group -> inUse.add(group.runtime()));
        draining.forEach(one -> one.generation().groups().values().forEach(group -> inUse.add(group.runtime())));
        everUsed.removeIf(group -> {
            if (inUse.contains(group.runtime())) {
                return false;
            }
            services.registry().retire(group.runtime());
            return true;
        });
    }

    /** A discovery delivered: the groups of the current generation get their backends anew. */
    private void membersChanged() {
        if (current != null) {
            assign(current, false);
        }
    }

    private void assign(Generation generation, boolean isNew) {
        everUsed.addAll(generation.groups().values());
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
            } catch (RuntimeException | LinkageError e) {
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

    /** Stops accepting connections, and tells those that are open to end after the exchange under way. */
    public void stopAccepting() {
        stopping = true;
        sockets.close();
        frontends.values().forEach(Frontend::drain);
    }

    /** Whether no client connection is open. */
    public boolean isIdle() {
        return frontends.values().stream().allMatch(Frontend::isIdle)
                && leaving.stream().allMatch(one -> one.frontend().isIdle());
    }

    /** Closes client connections that are still open. */
    public void closeConnections() {
        frontends.values().forEach(Frontend::closeConnections);
        leaving.forEach(one -> one.frontend().closeConnections());
    }

    /** Closes every extension instance, and forgets the generations. Traffic must have ended. */
    public void close() {
        instances.retain(List.of());
        frontends.values().forEach(Frontend::close);
        leaving.forEach(one -> one.frontend().close());
        everUsed.forEach(group -> services.registry().retire(group.runtime()));
        everUsed.clear();
        draining.clear();
        leaving.clear();
    }

    /** Completes once every loop has finished what it was doing when this was called. */
    public CompletionStage<Void> loopsPassed() {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        afterEveryLoopPassed(() -> passed.complete(null));
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

    /** How many extension instances live; how many replaced generations still drain. */
    public int[] sizes() {
        return new int[] {instances.size(), draining.size()};
    }
}

package io.leba.kernel.generation;

import io.leba.kernel.backend.GroupRuntime;
import io.leba.kernel.backend.GroupSettings;
import io.leba.kernel.backend.HealthSchedule;
import io.leba.kernel.backend.PoolSettings;
import io.leba.kernel.config.BoundSlot;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Grouping.Members;
import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.generation.Sections.Extension;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.generation.Sections.FrontendSection;
import io.leba.kernel.generation.Sections.GroupSection;
import io.leba.kernel.generation.Sections.ProtocolWord;
import io.leba.kernel.generation.Sections.RuleSection;
import io.leba.kernel.generation.Sections.Spoken;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.traffic.Frontend;
import io.leba.kernel.transport.TlsContext;
import io.leba.spi.OnControl;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.FrontendPlan.GroupPlan;
import io.leba.spi.protocol.FrontendPlan.RoutePlan;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds one generation beside the one that serves. Nothing that it does is visible before {@link Prepared#commit}; {@link
 * Prepared#drop} undoes it. Every problem found goes to {@code problems}.
 */
@OnControl
final class GenerationBuilder {
    private static final String DEFAULT_ALGORITHM = "round-robin";

    private final long number;
    private final Sections sections;
    private final Catalog catalog;
    private final SectionReader reader;
    private final Problems problems;
    private final Services services;
    private final Known known;
    private final Runnable membersChanged;

    private final Instances.Draft draft;
    private final List<Grouping.Source> sources = new ArrayList<>();
    private final List<ExchangeListener> listeners = new ArrayList<>();
    private final List<Instance> startups = new ArrayList<>();
    private final Map<String, Generation.Grouped> groups = new LinkedHashMap<>();
    private final Map<String, GroupPlan> plans = new HashMap<>();
    private final Map<String, ProtocolWord> words = new HashMap<>();
    private final Map<String, GroupSettings> settingsByGroup = new HashMap<>();
    private final Map<String, List<HttpFilter>> filtersByGroup = new HashMap<>();
    private final List<GroupRuntime.Prepared> prepared = new ArrayList<>();
    private final List<GroupRuntime> newRuntimes = new ArrayList<>();
    private final List<Prepared.Serving> serving = new ArrayList<>();
    private final Grouping grouping;

    /** What exists already: frontends by name, and the groups that the registry knows. */
    record Known(
            Map<String, Frontend> frontends,
            Map<String, Generation.Grouped> groups,
            Instances instances,
            ClusterState cluster) {}

    GenerationBuilder(
            long number,
            Sections sections,
            Catalog catalog,
            SectionReader reader,
            Problems problems,
            Services services,
            Known known,
            Runnable membersChanged) {
        this.number = number;
        this.sections = sections;
        this.catalog = catalog;
        this.reader = reader;
        this.problems = problems;
        this.services = services;
        this.known = known;
        this.membersChanged = membersChanged;
        this.grouping = new Grouping(catalog, sections.node().allowedPorts(), problems::add);
        this.draft = known.instances().draft(known.cluster());
    }

    /** The generation, ready to be committed; look at {@code problems} first. */
    Prepared build() {
        cluster();
        sections.extensions().forEach(this::extension);
        sections.groups().forEach(grouping::declare);
        for (GroupSection section : sections.groups()) {
            for (Slot<Discovery> slot : section.config().discovery()) {
                discover(slot, section.config().name());
            }
        }
        sources.forEach(grouping::fill);
        impliedByFrontends();
        grouping.groups().values().forEach(this::group);
        Map<RuleSection, RoutePlan> rules = new LinkedHashMap<>();
        for (RuleSection rule : sections.rules()) {
            rule(rule).ifPresent(plan -> rules.put(rule, plan));
        }
        for (FrontendSection frontend : sections.frontends()) {
            frontend(frontend, rules);
        }
        Map<String, Generation.Listening> listening = new LinkedHashMap<>();
        for (Prepared.Serving one : serving) {
            listening.put(one.frontend().name(), one.listening());
        }
        Generation generation =
                new Generation(number, sections, catalog, null, List.copyOf(sources), listening, Map.copyOf(groups));
        return new Prepared(generation, draft, prepared, newRuntimes, serving, startups, services.registry());
    }

    /** Finds the cluster first, since every other instance may ask its scope for it. */
    private void cluster() {
        for (Extension extension : sections.extensions()) {
            if (extension.owner().provider() instanceof ClusterProvider<?>) {
                Instance instance = obtain(extension, ClusterProvider.class);
                if (instance != null) {
                    draft.cluster(instance.product(ClusterState.class));
                }
                return;
            }
        }
        if (sections.node().peerPort().isPresent()) {
            Generations.LOGGER.warn(
                    "peer_port is {}, but no cluster plugin is installed: this node runs on its own",
                    sections.node().peerPort().get());
        }
    }

    private void extension(Extension extension) {
        if (extension.owner().provider() instanceof DiscoveryProvider<?>) {
            Instance instance = obtain(extension, DiscoveryProvider.class);
            if (instance != null) {
                start(instance, Optional.empty(), extension.position());
            }
        } else if (extension.owner().provider() instanceof TelemetryProvider<?>) {
            Instance instance = obtain(extension, TelemetryProvider.class);
            if (instance != null) {
                instance.product(Telemetry.class).exchanges().ifPresent(listeners::add);
            }
        } else if (extension.owner().provider() instanceof ServiceProvider<?>) {
            Instance instance = obtain(extension, ServiceProvider.class);
            if (instance != null && draft.isNew(instance)) {
                startups.add(instance);
            }
        }
    }

    private Instance obtain(Extension extension, Class<?> kind) {
        return obtain(extension.path(), extension.owner(), kind, extension.config(), extension.position());
    }

    private Instance obtain(String path, Owned<?> owner, Class<?> kind, Record config, Position position) {
        return guarded(position, () -> draft.obtain(path, owner, kind, config));
    }

    /** Runs a plugin's code; what it throws becomes a problem at the place, and the result null. */
    private <T> T guarded(Position position, java.util.function.Supplier<T> call) {
        try {
            return call.get();
        } catch (InvalidConfig e) {
            problems.addForeign(e.key().isEmpty() ? position : below(position, e.key()), e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            Generations.LOGGER.debug("{}: a plugin failed", position, e);
            problems.addForeign(position, "the plugin failed to make it: " + e);
        }
        return null;
    }

    private static Position below(Position position, String key) {
        String path = position.path().isEmpty() ? key : position.path() + "." + key;
        return new Position(position.source(), position.line(), position.column(), path);
    }

    private void discover(Slot<Discovery> slot, String group) {
        Owned<?> owner = (Owned<?>) ((BoundSlot<Discovery>) slot).target().identity();
        Instance instance =
                obtain(slot.position().path(), owner, DiscoveryProvider.class, slot.config(), slot.position());
        if (instance != null) {
            start(instance, Optional.of(group), slot.position());
        }
    }

    private void start(Instance instance, Optional<String> group, Position position) {
        Discovery discovery = instance.product(Discovery.class);
        Feed feed = instance.companion(Feed.class, () -> {
            Feed made = new Feed(instance.path(), membersChanged);
            guarded(position, () -> {
                discovery.start(made);
                return made;
            });
            return made;
        });
        discovery
                .groups()
                .forEach((name, protocol) ->
                        grouping.known(protocol, position).ifPresent(word -> grouping.imply(name, word)));
        sources.add(new Grouping.Source(feed, group));
    }

    /** A frontend without a default backend serves its protocol's default group, even if that is empty as yet. */
    private void impliedByFrontends() {
        for (FrontendSection frontend : sections.frontends()) {
            for (Spoken spoken : frontend.spoken()) {
                if (frontend.config().defaultBackend().isEmpty() && !frontend.detects()) {
                    ProtocolWord word = spoken.word();
                    grouping.imply(word.base(), new ProtocolWord(word.base(), word.owner(), false));
                }
            }
        }
    }

    private void group(Members members) {
        GroupConfig config =
                members.section().map(GroupSection::config).orElseGet(() -> GroupDefaults.of(members.name()));
        if (members.word() == null) {
            problems.add(
                    config.position(),
                    "protocol: required, because no backend of the group says it; one of "
                            + String.join(", ", catalog.protocolWords()));
            return;
        }
        if (members.word().secure()) {
            problems.add(
                    config.position(),
                    "protocol: TLS to backends is not supported yet; use '"
                            + members.word().base() + "'");
            return;
        }
        Position position = config.position();
        String path = "backend_groups[" + members.name() + "]";
        Owned<?> balancer = balancer(config);
        if (balancer == null) {
            return;
        }
        Record balancerConfig = config.algorithm().<Record>map(Slot::config).orElse(null);
        if (balancerConfig == null) {
            balancerConfig = reader.defaults(balancer, position);
        }
        Position at = config.algorithm().map(Slot::position).orElse(position);
        Instance policy = obtain(path + ".algorithm", balancer, BalancerProvider.class, balancerConfig, at);
        Optional<HealthCheck> check = Optional.empty();
        HealthSchedule schedule = HealthSchedule.DEFAULT;
        if (config.healthCheck().isPresent()) {
            Slot<HealthCheck> slot = config.healthCheck().get().check();
            Owned<?> owner = (Owned<?>) ((BoundSlot<HealthCheck>) slot).target().identity();
            Instance instance =
                    obtain(path + ".health_check", owner, HealthCheckProvider.class, slot.config(), slot.position());
            check = Optional.ofNullable(instance).map(made -> made.product(HealthCheck.class));
            schedule = GroupDefaults.schedule(config.healthCheck().get());
        }
        List<HttpFilter> filters =
                filters(members.section().map(GroupSection::filters).orElse(List.of()));
        if (!filters.isEmpty()) {
            reader.filtersFit(members.section().get().filters(), members.word());
        }
        if (policy == null) {
            return;
        }
        GroupSettings settings = new GroupSettings(
                balancer.provider().type(),
                policy.product(BalancerPolicy.class),
                check,
                schedule,
                new PoolSettings(config.pool().maxIdle(), config.pool().idleTimeout()),
                config.connectTimeout(),
                config.connectRetries(),
                false);
        words.put(members.name(), members.word());
        prepare(members.name(), "", members.name(), settings, filters, at);
    }

    private void prepare(
            String name, String only, String of, GroupSettings settings, List<HttpFilter> filters, Position at) {
        settingsByGroup.put(name, settings);
        filtersByGroup.put(name, filters);
        String protocol = words.get(of).base();
        Generation.Grouped before = known.groups().get(name);
        GroupRuntime runtime;
        if (before != null && before.runtime().protocol().equals(protocol)) {
            runtime = before.runtime();
        } else if (before == null) {
            runtime = services.registry().group(name, protocol);
            newRuntimes.add(runtime);
        } else {
            problems.add(
                    at,
                    "group '" + name + "' speaks " + before.runtime().protocol()
                            + " in the generation that serves, and " + protocol + " here; give it another name");
            return;
        }
        GroupRuntime.Prepared ready = guarded(at, () -> runtime.prepare(settings));
        if (ready != null) {
            prepared.add(ready);
        }
        groups.put(name, new Generation.Grouped(runtime, only, of));
        plans.put(name, new GroupPlan(runtime, filters));
    }

    private Owned<?> balancer(GroupConfig config) {
        if (config.algorithm().isPresent()) {
            return (Owned<?>) ((BoundSlot<BalancerPolicy>) config.algorithm().get())
                    .target()
                    .identity();
        }
        Optional<? extends Owned<?>> owner = catalog.owner(BalancerPolicy.class, DEFAULT_ALGORITHM);
        if (owner.isEmpty()) {
            problems.add(
                    config.position(),
                    "algorithm: required, because the default '" + DEFAULT_ALGORITHM + "' is not installed; installed: "
                            + String.join(", ", catalog.types(BalancerPolicy.class)));
            return null;
        }
        return owner.get();
    }

    private List<HttpFilter> filters(List<FilterSection> written) {
        List<HttpFilter> filters = new ArrayList<>();
        for (FilterSection filter : written) {
            Instance instance = obtain(filter.extension(), HttpFilterProvider.class);
            if (instance != null) {
                filters.add(instance.product(HttpFilter.class));
            }
        }
        return List.copyOf(filters);
    }

    /** The group of this name, or one made for the single backend of this name; null, and a problem, if there is neither. */
    private GroupPlan target(String name, Position position, String key) {
        GroupPlan plan = plans.get(name);
        if (plan != null) {
            return plan;
        }
        if (grouping.groups().containsKey(name)) {
            return null; // its own problem is reported already
        }
        List<Members> holders = new ArrayList<>();
        for (Members members : grouping.groups().values()) {
            if (members.specs().stream().anyMatch(spec -> spec.nameOrAddress().equals(name))
                    && settingsByGroup.containsKey(members.name())) {
                holders.add(members);
            }
        }
        if (holders.size() != 1) {
            problems.add(
                    below(position, key),
                    holders.isEmpty()
                            ? "there is no group or backend '" + name + "'; groups: "
                                    + String.join(", ", grouping.groups().keySet())
                            : "groups " + holders.stream().map(Members::name).toList() + " each have a backend '" + name
                                    + "'; name a group");
            return null;
        }
        String of = holders.get(0).name();
        prepare(name, name, of, settingsByGroup.get(of), filtersByGroup.get(of), position);
        words.put(name, words.get(of));
        return plans.get(name);
    }

    private Optional<RoutePlan> rule(RuleSection rule) {
        RuleConfig config = rule.config();
        for (String frontend : config.frontends()) {
            if (sections.frontends().stream()
                    .noneMatch(one -> one.config().nameOrDefault().equals(frontend))) {
                problems.add(
                        below(config.position(), "frontends"),
                        "there is no frontend '" + frontend + "'; frontends: "
                                + String.join(
                                        ", ",
                                        sections.frontends().stream()
                                                .map(one -> one.config().nameOrDefault())
                                                .toList()));
            }
        }
        GroupPlan target = target(config.targetBackend(), config.position(), "target_backend");
        if (target == null) {
            return Optional.empty();
        }
        List<FilterSection> filters = new ArrayList<>();
        return reader.match(rule, words.get(target.group().name()), filters)
                .map(match -> new RoutePlan(config.name(), match, target, filters(filters), config.position()));
    }

    private void frontend(FrontendSection section, Map<RuleSection, RoutePlan> rules) {
        FrontendConfig config = section.config();
        String name = config.nameOrDefault();
        List<HttpFilter> filters = filters(section.filters());
        List<Frontend.Service> speaking = new ArrayList<>();
        for (Spoken spoken : section.spoken()) {
            ProtocolWord word = spoken.word();
            List<Integer> ports = sections.node().allowedPorts().get(word.word());
            if (!section.detects() && ports != null && !ports.contains(config.port())) {
                problems.add(config.position(), Grouping.portMessage("port", config.port(), word.word(), ports));
            }
            GroupPlan fallback;
            if (config.defaultBackend().isPresent()) {
                fallback = target(config.defaultBackend().get(), config.position(), "default_backend");
                if (fallback != null && !fallback.group().protocol().equals(word.base())) {
                    problems.add(
                            below(config.position(), "default_backend"),
                            "'" + config.defaultBackend().get() + "' speaks "
                                    + fallback.group().protocol() + ", and this frontend " + word.word()
                                    + "; name a group of the same protocol");
                }
            } else {
                fallback = plans.get(word.base());
            }
            List<RoutePlan> routes = new ArrayList<>();
            rules.forEach((rule, plan) -> {
                List<String> names = rule.config().frontends();
                if (plan.target().group().protocol().equals(word.base()) && (names.isEmpty() || names.contains(name))) {
                    routes.add(plan);
                }
            });
            if (section.detects() && fallback == null && routes.isEmpty()) {
                continue; // the protocol has nothing to serve here
            }
            String path = "frontend_services[" + name + "]" + (section.detects() ? "." + word.word() : "");
            Instance instance = obtain(path, word.owner(), ProtocolProvider.class, spoken.config(), spoken.position());
            if (instance == null) {
                continue;
            }
            Protocol protocol = instance.product(Protocol.class);
            FrontendPlan plan = new FrontendPlan(
                    name,
                    word.word(),
                    word.secure(),
                    List.copyOf(routes),
                    Optional.ofNullable(fallback),
                    filters,
                    List.copyOf(listeners));
            Protocol.RouteTable table = guarded(spoken.position(), () -> protocol.compile(plan));
            if (table != null) {
                speaking.add(new Frontend.Service(
                        protocol,
                        table,
                        section.detects() ? word.owner().provider().detector() : io.leba.spi.protocol.Detector.NEVER));
            }
        }
        if (section.detects() && speaking.isEmpty() && problems.isEmpty()) {
            problems.add(
                    config.position(),
                    "no backend speaks a protocol that can be recognised here; add backends, or remove frontend_address");
        }
        Optional<TlsContext> tls = tls(section);
        Frontend frontend = known.frontends().get(name);
        boolean isNew = frontend == null;
        if (isNew) {
            frontend = new Frontend(name, services.loops().loops(), services.meters());
        }
        Sockets.Requested requested = Sockets.Requested.of(config.address(), config.port(), name);
        serving.add(new Prepared.Serving(
                frontend,
                isNew,
                new Generation.Listening(frontend, requested, section.config().protocol()),
                List.copyOf(speaking),
                tls,
                config.position()));
    }

    private Optional<TlsContext> tls(FrontendSection section) {
        Optional<NodeConfig.TlsConfig> own = section.config().tls().filter(NodeConfig.TlsConfig::enabled);
        boolean secure = section.spoken().get(0).word().secure() && !section.detects();
        if (!secure) {
            if (own.isPresent()) {
                problems.add(
                        own.get().position(),
                        "protocol '" + section.config().protocol() + "' is not a secure one; use https, or remove tls");
            }
            return Optional.empty();
        }
        Optional<NodeConfig.TlsConfig> chosen =
                own.or(() -> sections.node().tlsConfig().filter(NodeConfig.TlsConfig::enabled));
        if (chosen.isEmpty()) {
            problems.add(
                    section.config().position(),
                    "protocol " + section.config().protocol()
                            + " needs a certificate: set tls_config {enabled: true, cert_file, key_file}, or tls here");
            return Optional.empty();
        }
        NodeConfig.TlsConfig tls = chosen.get();
        try {
            return Optional.of(TlsContext.forClients(
                    tls.certFile().orElseThrow(), tls.keyFile().orElseThrow(), List.of()));
        } catch (IOException e) {
            problems.addForeign(tls.position(), e.getMessage());
            return Optional.empty();
        }
    }
}

package io.leba.kernel.generation;

import io.leba.kernel.config.BoundSlot;
import io.leba.kernel.config.Problems;
import io.leba.kernel.contain.OnPluginFailure;
import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.generation.Sections.Extension;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.generation.Sections.FrontendSection;
import io.leba.kernel.generation.Sections.GroupSection;
import io.leba.kernel.generation.Sections.ProtocolWord;
import io.leba.kernel.generation.Sections.RuleSection;
import io.leba.kernel.generation.Sections.Spoken;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.traffic.ContainedListener;
import io.leba.kernel.traffic.Detachable;
import io.leba.kernel.traffic.Frontend;
import io.leba.kernel.traffic.ProxyIn;
import io.leba.kernel.transport.tls.ServerTls;
import io.leba.spi.OnControl;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.FrontendPlan.GroupPlan;
import io.leba.spi.protocol.FrontendPlan.RoutePlan;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.protocol.QuicTerms;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Builds one generation beside the one that serves. Nothing that it does is visible before {@link Prepared#commit}; {@link
 * Prepared#drop} undoes it. Every problem found goes to {@code problems}.
 */
@OnControl
final class GenerationBuilder {
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
    private final List<Prepared.Standing> standing = new ArrayList<>();
    private final List<Prepared.Serving> serving = new ArrayList<>();
    private final Map<String, Generation.Routed> routes;
    private final Grouping grouping;
    private final Obtaining obtaining;
    private final GroupCompiler groups;
    private final FrontendTls tls;

    /**
     * What exists already.
     *
     * @param frontends by name
     * @param groups of the generation that serves, by name
     * @param instances all that live
     * @param sources of the generation that serves
     */
    record Known(
            Map<String, Frontend> frontends,
            Map<String, Generation.Grouped> groups,
            Instances instances,
            List<Grouping.Source> sources) {
        /** What the source at a place found last. */
        List<BackendSpec> found(String place) {
            return sources.stream()
                    .filter(source -> source.feed().path().equals(place))
                    .findFirst()
                    .map(source -> source.feed().latest())
                    .orElse(List.of());
        }
    }

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
        this.routes = new LinkedHashMap<>(sections.rules().size() * 4 / 3 + 1);
        this.grouping =
                new Grouping(catalog, sections.node().allowedPorts(), problems::add, reader.groupNames()::isBroken);
        this.draft = known.instances().draft();
        this.obtaining = new Obtaining(draft, problems);
        this.groups = new GroupCompiler(
                catalog,
                reader,
                problems,
                obtaining,
                grouping,
                services,
                known.groups(),
                sections.node().onPluginFailure());
        this.tls = new FrontendTls(
                sections.node().tlsConfig(), reader.isBroken("tls_config"), problems, obtaining, services);
    }

    /** The generation, ready to be committed; look at {@code problems} first. */
    Prepared build() {
        boolean isBuilt = false;
        try {
            Prepared built = compile();
            isBuilt = true;
            return built;
        } finally {
            if (!isBuilt) {
                prepared(Map.of(), Optional.empty()).drop();
            }
        }
    }

    private Prepared compile() {
        Optional<ClusterState> cluster = cluster();
        sections.extensions().forEach(this::extension);
        sections.groups().forEach(grouping::declare);
        DiscoveryPlaces places = new DiscoveryPlaces(known.sources());
        for (GroupSection section : sections.groups()) {
            GroupConfig config = section.config();
            places.of(config.name(), config.discovery()).forEach((place, slot) -> discover(place, slot, config.name()));
        }
        sources.forEach(grouping::fill);
        impliedByFrontends();
        grouping.groups().values().forEach(groups::group);
        List<Ruled> rules = new ArrayList<>();
        for (RuleSection rule : sections.rules()) {
            rule(rule).ifPresent(plan -> rules.add(new Ruled(rule.config().frontends(), plan)));
        }
        reader.brokenRules().forEach(reader::examine);
        for (FrontendSection frontend : sections.frontends()) {
            frontend(frontend, rules);
        }
        Map<String, Generation.Listening> listening = new LinkedHashMap<>();
        for (Prepared.Serving one : serving) {
            listening.put(one.frontend().name(), one.listening());
        }
        return prepared(listening, cluster);
    }

    private Prepared prepared(Map<String, Generation.Listening> listening, Optional<ClusterState> cluster) {
        Generation generation = new Generation(
                number, sections, catalog, cluster, Set.of(), List.copyOf(sources), listening, groups.groups(), routes);
        return new Prepared(
                generation,
                draft,
                groups.prepared(),
                groups.newRuntimes(),
                groups.encryptions(),
                serving,
                standing,
                services);
    }

    /** What the nodes of a cluster share, if a plugin provides it. */
    private Optional<ClusterState> cluster() {
        for (Extension extension : sections.extensions()) {
            if (extension.owner().provider() instanceof ClusterProvider<?>) {
                Instance instance = obtaining.obtain(extension, ClusterProvider.class);
                return Optional.ofNullable(instance).map(made -> made.product(ClusterState.class));
            }
        }
        if (sections.node().peerPort().isPresent()) {
            Generations.LOGGER.warn(
                    "peer_port is {}, but no cluster plugin is installed: this node runs on its own",
                    sections.node().peerPort().get());
        }
        return Optional.empty();
    }

    private void extension(Extension extension) {
        if (extension.owner().provider() instanceof DiscoveryProvider<?>) {
            Instance instance = obtaining.obtain(extension, DiscoveryProvider.class);
            if (instance != null) {
                start(instance, Optional.empty(), extension.position());
            }
        } else if (extension.owner().provider() instanceof TelemetryProvider<?>) {
            Instance instance = obtaining.obtain(extension, TelemetryProvider.class);
            if (instance != null) {
                listen(instance);
            }
        } else if (extension.owner().provider() instanceof ServiceProvider<?>) {
            Instance instance = obtaining.obtain(extension, ServiceProvider.class);
            if (instance != null) {
                stand(instance, extension);
            }
        }
    }

    private void stand(Instance instance, Extension extension) {
        ServiceLine line = obtaining.guarded(
                extension.position(), () -> instance.companion(ServiceLine.class, () -> new ServiceLine(instance)));
        if (line != null) {
            standing.add(new Prepared.Standing(line, draft.isNew(instance), extension.written()));
        }
    }

    private void listen(Instance instance) {
        Heard heard = instance.companion(
                Heard.class,
                () -> new Heard(instance.product(Telemetry.class)
                        .exchanges()
                        .map(listener -> new ContainedListener(listener, instance.quarantine()))));
        heard.listener().ifPresent(listeners::add);
    }

    /** What is said in the place itself, else for the node, else the safe thing: a filter may be what keeps somebody out. */
    private OnPluginFailure onFailure(Optional<OnPluginFailure> own) {
        return own.or(sections.node()::onPluginFailure).orElse(OnPluginFailure.REJECT);
    }

    /** What a telemetry instance listens with, asked once. */
    private record Heard(Optional<ContainedListener> listener) implements Detachable {
        @Override
        public void detach() {
            listener.ifPresent(ContainedListener::detach);
        }
    }

    private void discover(String place, Slot<Discovery> slot, String group) {
        Owned<?> owner = (Owned<?>) ((BoundSlot<Discovery>) slot).target().identity();
        Instance instance = obtaining.obtain(place, owner, DiscoveryProvider.class, slot.config(), slot.position());
        if (instance != null) {
            start(instance, Optional.of(new Grouping.Written(group, slot)), slot.position());
        }
    }

    private void start(Instance instance, Optional<Grouping.Written> written, Position position) {
        Discovery discovery = instance.product(Discovery.class);
        Feed feed = instance.companion(Feed.class, () -> {
            Feed made = new Feed(instance.path(), known.found(instance.path()), membersChanged);
            obtaining.guarded(position, () -> {
                discovery.start(made);
                return made;
            });
            return made;
        });
        Map<String, String> fed = obtaining.guarded(position, discovery::groups);
        if (fed != null) {
            fed.forEach((name, protocol) ->
                    grouping.known(protocol, position).ifPresent(word -> grouping.imply(name, word)));
        }
        sources.add(new Grouping.Source(feed, written));
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

    private Optional<RoutePlan> rule(RuleSection rule) {
        RuleConfig config = rule.config();
        for (String frontend : config.frontends()) {
            if (!reader.frontendNames().isBroken(frontend)
                    && sections.frontends().stream()
                            .noneMatch(one -> one.config().nameOrDefault().equals(frontend))) {
                List<String> names = sections.frontends().stream()
                        .map(one -> one.config().nameOrDefault())
                        .toList();
                problems.add(
                        Obtaining.of(rule.item(), "frontends"),
                        "there is no frontend '" + frontend + "'" + Choices.configured("frontends", names));
            }
        }
        GroupPlan target = groups.target(config.targetBackend(), Obtaining.of(rule.item(), "target_backend"));
        if (target == null) {
            reader.examine(rule.item());
            return Optional.empty();
        }
        List<FilterSection> filters = new ArrayList<>();
        return reader.match(rule.item(), groups.word(target.group().name()), filters)
                .map(match -> {
                    routes.put(config.name(), new Generation.Routed(config, match, List.copyOf(filters)));
                    return new RoutePlan(
                            config.name(),
                            match,
                            target,
                            obtaining.filters(filters, onFailure(config.onPluginFailure())),
                            config.position());
                });
    }

    /** A rule that leads somewhere, and the names of the frontends that it is for; none: all that speak its protocol. */
    private record Ruled(List<String> frontends, RoutePlan plan) {}

    private void frontend(FrontendSection section, List<Ruled> rules) {
        FrontendConfig config = section.config();
        String name = config.nameOrDefault();
        List<HttpFilter> filters = obtaining.filters(section.filters(), onFailure(config.onPluginFailure()));
        List<Frontend.Service> speaking = new ArrayList<>();
        for (Spoken spoken : section.spoken()) {
            ProtocolWord word = spoken.word();
            List<Integer> ports = sections.node().allowedPorts().get(word.word());
            if (!section.detects() && ports != null && !ports.contains(config.port())) {
                problems.add(config.position(), Grouping.portMessage("port", config.port(), word.word(), ports));
            }
            GroupPlan fallback;
            if (config.defaultBackend().isPresent()) {
                fallback =
                        groups.target(config.defaultBackend().get(), Obtaining.of(section.item(), "default_backend"));
                if (fallback != null && !fallback.group().protocol().equals(word.base())) {
                    problems.add(
                            Obtaining.of(section.item(), "default_backend"),
                            "'" + config.defaultBackend().get() + "' speaks "
                                    + fallback.group().protocol() + ", and this frontend " + word.word()
                                    + "; name a group of the same protocol");
                }
            } else {
                fallback = groups.plan(word.base());
            }
            List<RoutePlan> routes = new ArrayList<>();
            for (Ruled rule : rules) {
                if (rule.plan().target().group().protocol().equals(word.base())
                        && (rule.frontends().isEmpty() || rule.frontends().contains(name))) {
                    routes.add(rule.plan());
                }
            }
            if (section.detects() && fallback == null && routes.isEmpty()) {
                continue; // the protocol has nothing to serve here
            }
            String path = "frontend_services[" + name + "]" + (section.detects() ? "." + word.word() : "");
            Instance instance =
                    obtaining.obtain(path, word.owner(), ProtocolProvider.class, spoken.config(), spoken.position());
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
            Protocol.RouteTable table = obtaining.guarded(spoken.position(), () -> protocol.compile(plan));
            if (table != null) {
                speaking.add(new Frontend.Service(
                        protocol, table, word.owner().provider().detector(), word.secure()));
            }
        }
        if (section.detects() && speaking.isEmpty() && problems.isEmpty()) {
            problems.add(
                    config.position(),
                    "no backend speaks a protocol that can be recognised here; add backends, or remove frontend_address");
        }
        Frontend frontend = known.frontends().get(name);
        boolean isNew = frontend == null;
        if (isNew) {
            frontend = new Frontend(name, services.loops().loops(), services.meters());
        }
        Optional<ServerTls> encrypted = tls.of(section, speaking, frontend.tls());
        Sockets.Requested requested = Sockets.Requested.of(config.address(), config.port(), name);
        ProxyIn proxy = config.proxyProtocol()
                .or(sections.node()::proxyProtocol)
                .map(ProxyProtocolConfig::terms)
                .orElse(ProxyIn.OFF);
        Optional<QuicTerms> quic = tls.overQuic(config, speaking, encrypted, proxy);
        serving.add(new Prepared.Serving(
                frontend,
                isNew,
                new Generation.Listening(
                        frontend,
                        requested,
                        section,
                        config.defaultBackend()
                                .orElse(
                                        section.detects()
                                                ? ""
                                                : section.spoken().get(0).word().base()),
                        encrypted.map(ServerTls::fingerprint).orElse("")),
                List.copyOf(speaking),
                new Frontend.Entrance(
                        encrypted,
                        proxy,
                        section.detects() ? Optional.of(sections.node().detectTimeout()) : Optional.empty()),
                quic,
                config.position()));
    }
}

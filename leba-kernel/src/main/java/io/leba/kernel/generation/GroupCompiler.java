package io.leba.kernel.generation;

import io.leba.kernel.backend.BalancerFailures;
import io.leba.kernel.backend.GroupRuntime;
import io.leba.kernel.backend.GroupSettings;
import io.leba.kernel.backend.HealthSchedule;
import io.leba.kernel.backend.PoolSettings;
import io.leba.kernel.config.BoundSlot;
import io.leba.kernel.config.Problems;
import io.leba.kernel.config.SlotTarget;
import io.leba.kernel.contain.OnPluginFailure;
import io.leba.kernel.generation.Grouping.Members;
import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.generation.Sections.GroupSection;
import io.leba.kernel.generation.Sections.ProtocolWord;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.kernel.transport.tls.ClientTlsSettings;
import io.leba.spi.OnControl;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.protocol.FrontendPlan.GroupPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles the groups of one generation: algorithm, health check, settings. Groups that exist are prepared, not changed; new
 * ones are made, and retired again if the generation is dropped.
 */
@OnControl
final class GroupCompiler {
    private static final String DEFAULT_ALGORITHM = "round-robin";

    private final Catalog catalog;
    private final SectionReader reader;
    private final Problems problems;
    private final Obtaining obtaining;
    private final Grouping grouping;
    private final Services services;
    private final Map<String, Generation.Grouped> current;
    private final Optional<OnPluginFailure> onPluginFailure;
    private final Set<String> registered = new HashSet<>();

    private final Map<String, Generation.Grouped> groups = new LinkedHashMap<>();
    private final Map<String, GroupPlan> plans = new HashMap<>();
    private final Map<String, ProtocolWord> words = new HashMap<>();
    private final Map<String, GroupSettings> settingsByGroup = new HashMap<>();
    private final Map<String, List<HttpFilter>> filtersByGroup = new HashMap<>();
    private final List<GroupRuntime.Prepared> prepared = new ArrayList<>();
    private final List<GroupRuntime> newRuntimes = new ArrayList<>();
    private final List<ClientTls> encryptions = new ArrayList<>();

    /** @param current the groups of the generation that serves */
    GroupCompiler(
            Catalog catalog,
            SectionReader reader,
            Problems problems,
            Obtaining obtaining,
            Grouping grouping,
            Services services,
            Map<String, Generation.Grouped> current,
            Optional<OnPluginFailure> onPluginFailure) {
        this.catalog = catalog;
        this.reader = reader;
        this.problems = problems;
        this.obtaining = obtaining;
        this.grouping = grouping;
        this.services = services;
        this.current = current;
        this.onPluginFailure = onPluginFailure;
        services.registry().groups().forEach(group -> registered.add(group.name()));
    }

    /** The groups, by name, in the order of the file. */
    Map<String, Generation.Grouped> groups() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    }

    /** What becomes true when the generation is committed. */
    List<GroupRuntime.Prepared> prepared() {
        return prepared;
    }

    /** The groups that nobody had before. */
    List<GroupRuntime> newRuntimes() {
        return newRuntimes;
    }

    /** The group of this name as a target; null if there is none or it has problems. */
    GroupPlan plan(String name) {
        return plans.get(name);
    }

    /** What the group speaks. */
    ProtocolWord word(String name) {
        return words.get(name);
    }

    /** The TLS of the groups, each held once for the generation's builder. */
    List<ClientTls> encryptions() {
        return encryptions;
    }

    /** Compiles a group with all its backends. */
    void group(Members members) {
        GroupConfig config =
                members.section().map(GroupSection::config).orElseGet(() -> GroupDefaults.of(members.name()));
        if (members.word() == null && members.isUnknown()) {
            return; // reported where it is written
        }
        if (members.word() == null) {
            problems.add(
                    config.position(),
                    "protocol: required, because no backend of the group says it"
                            + Choices.oneOf(catalog.protocolWords()));
            return;
        }
        Position position = config.position();
        Optional<OnPluginFailure> onFailure = config.onPluginFailure().or(() -> onPluginFailure);
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
        Instance policy = obtaining.obtain(path + ".algorithm", balancer, BalancerProvider.class, balancerConfig, at);
        Optional<HealthCheck> check = Optional.empty();
        HealthSchedule schedule = HealthSchedule.DEFAULT;
        if (config.healthCheck().isPresent()) {
            Slot<HealthCheck> slot = config.healthCheck().get().check();
            Owned<?> owner = (Owned<?>) ((BoundSlot<HealthCheck>) slot).target().identity();
            Instance instance = obtaining.obtain(
                    path + ".health_check", owner, HealthCheckProvider.class, slot.config(), slot.position());
            check = Optional.ofNullable(instance).map(made -> made.product(HealthCheck.class));
            schedule = GroupDefaults.schedule(config.healthCheck().get());
        }
        List<HttpFilter> filters = obtaining.filters(
                members.section().map(GroupSection::filters).orElse(List.of()),
                onFailure.orElse(OnPluginFailure.REJECT));
        if (!filters.isEmpty()) {
            reader.filtersFit(members.section().get().filters(), members.word());
        }
        Optional<Record> own = reader.settings(members.section(), members.word());
        if (policy == null || own.isEmpty()) {
            return;
        }
        Optional<ClientTls> tls = Optional.empty();
        if (!members.word().secure() && config.tls().isPresent()) {
            problems.add(
                    config.tls().get().position(),
                    FrontendTls.notSecure(members.word().word(), members.word()));
        }
        if (members.word().secure()) {
            tls = tls(members.name(), config);
            if (tls.isEmpty()) {
                return;
            }
        }
        GroupSettings settings = new GroupSettings(
                members.word().word(),
                balancer.provider().type(),
                policy.product(BalancerPolicy.class),
                new BalancerFailures(
                        policy.quarantine(), onFailure.orElse(OnPluginFailure.FALLBACK) != OnPluginFailure.REJECT),
                check,
                schedule,
                new PoolSettings(config.pool().maxIdle(), config.pool().idleTimeout()),
                config.connectTimeout(),
                config.connectRetries(),
                tls,
                config.proxyProtocol());
        words.put(members.name(), members.word());
        BoundSlot<BalancerPolicy> algorithm = new BoundSlot<>(
                BalancerPolicy.class,
                balancer.provider().type(),
                new SlotTarget(balancer.provider().configType(), balancer),
                balancerConfig,
                at);
        GroupConfig complete = config.with(members.word().word(), algorithm);
        Generation.Grouped made = new Generation.Grouped(
                null,
                "",
                members.name(),
                complete,
                members.section().map(GroupSection::filters).orElse(List.of()),
                own.get());
        prepare(members.name(), made, settings, filters, at);
    }

    /** What the group has already if that does the same; empty, and a problem, if it cannot be had. */
    private Optional<ClientTls> tls(String name, GroupConfig config) {
        Optional<ClientTls> before = Optional.ofNullable(current.get(name))
                .flatMap(group -> group.runtime().tls());
        List<KernelLoop> loops = new ArrayList<>(services.loops().loops());
        loops.add(services.loops().asideLoop());
        try {
            ClientTls made = ClientTls.of(
                    "group " + name,
                    config.tls().map(BackendTlsConfig::settings).orElse(ClientTlsSettings.DEFAULT),
                    loops,
                    before);
            encryptions.add(made);
            return Optional.of(made);
        } catch (IOException e) {
            problems.addForeign(config.tls().map(BackendTlsConfig::position).orElse(config.position()), e.getMessage());
            return Optional.empty();
        }
    }

    /** @param wanted what becomes of it, but for the runtime */
    private void prepare(
            String name, Generation.Grouped wanted, GroupSettings settings, List<HttpFilter> filters, Position at) {
        settingsByGroup.put(name, settings);
        filtersByGroup.put(name, filters);
        String protocol = words.get(wanted.of()).base();
        Generation.Grouped before = current.get(name);
        GroupRuntime runtime;
        if (before != null && before.runtime().protocol().equals(protocol)) {
            runtime = before.runtime();
        } else if (before == null) {
            runtime = obtaining.guarded(at, () -> services.registry().group(name, protocol));
            if (runtime == null) {
                return;
            }
            if (!registered.contains(name)) {
                newRuntimes.add(runtime);
            }
        } else {
            problems.add(
                    at,
                    "group '" + name + "' speaks " + before.runtime().protocol()
                            + " in the generation that serves, and " + protocol + " here; give it another name");
            return;
        }
        GroupRuntime.Prepared ready = obtaining.guarded(at, () -> runtime.prepare(settings, wanted.of()));
        if (ready != null) {
            prepared.add(ready);
        }
        groups.put(name, wanted.of(runtime, wanted.only()));
        plans.put(name, new GroupPlan(runtime, filters, wanted.settings()));
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
                    "algorithm: required, because the default '" + DEFAULT_ALGORITHM + "' is not installed"
                            + Choices.installed(catalog.types(BalancerPolicy.class)));
            return null;
        }
        return owner.get();
    }

    /** The group of this name, or one made for the single backend of this name; null, and a problem, if there is neither. */
    GroupPlan target(String name, Position position) {
        GroupPlan plan = plans.get(name);
        if (plan != null) {
            return plan;
        }
        if (grouping.groups().containsKey(name) || reader.groupNames().isBroken(name)) {
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
                    position,
                    holders.isEmpty()
                            ? "there is no group or backend '" + name + "'"
                                    + Choices.configured(
                                            "groups", grouping.groups().keySet())
                            : "groups " + holders.stream().map(Members::name).toList() + " each have a backend '" + name
                                    + "'; name a group");
            return null;
        }
        String of = holders.get(0).name();
        if (!groups.containsKey(of)) {
            return null; // its own problem is reported already
        }
        Generation.Grouped single = groups.get(of).of(null, name);
        prepare(name, single, settingsByGroup.get(of), filtersByGroup.get(of), position);
        words.put(name, words.get(of));
        return plans.get(name);
    }
}

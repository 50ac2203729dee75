package io.leba.kernel.generation;

import io.leba.kernel.config.Binder;
import io.leba.kernel.config.BoundItems;
import io.leba.kernel.config.BoundMapping;
import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.MappingNode;
import io.leba.kernel.config.Node;
import io.leba.kernel.config.Problems;
import io.leba.kernel.config.SequenceNode;
import io.leba.kernel.config.UnclaimedKey;
import io.leba.kernel.generation.Sections.Extension;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.generation.Sections.FrontendSection;
import io.leba.kernel.generation.Sections.GroupSection;
import io.leba.kernel.generation.Sections.ProtocolWord;
import io.leba.kernel.generation.Sections.RuleSection;
import io.leba.kernel.plugin.Owned;
import io.leba.spi.Provider;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.config.Inline;
import io.leba.spi.config.Position;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.spi.http.HttpFilterProvider.Level;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.telemetry.TelemetryProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Binds a document to {@link Sections}. Reports every problem; what has one is left out of the result. */
final class SectionReader {
    static final String FRONTENDS = "frontend_services";
    private static final String GROUPS = "backend_groups";
    private static final String RULES = "routing_rules";
    private static final Set<String> LISTS = Set.of(FRONTENDS, GROUPS, RULES);

    private final Catalog catalog;
    private final Binder binder;
    private final Problems problems;
    private final ExtensionReader extensions;
    private final FrontendReader frontends;
    private final Set<String> ruleKeys;
    private final Set<String> protocolKeys = new HashSet<>();
    private final ItemNames groupNames;
    private final ItemNames frontendNames;
    private final List<MappingNode> brokenRules = new ArrayList<>();
    private final Set<String> brokenKeys = new HashSet<>();
    private final Map<Class<? extends Record>, Set<String>> routeKeys = new HashMap<>();

    /** @param earlier what items were bound to for the generation before; null: there is none */
    SectionReader(Catalog catalog, Problems problems, BoundItems earlier) {
        this.catalog = catalog;
        this.binder = new Binder(catalog, earlier);
        this.problems = problems;
        this.ruleKeys = Set.copyOf(binder.keys(RuleConfig.class));
        catalog.<ProtocolProvider<?>>providers(ProtocolProvider.class)
                .forEach(owned ->
                        protocolKeys.addAll(binder.keys(owned.provider().groupType())));
        this.groupNames = new ItemNames("backend group", problems);
        this.frontendNames = new ItemNames("frontend", problems);
        this.extensions = new ExtensionReader(catalog, binder, problems);
        this.frontends = new FrontendReader(catalog, binder, extensions, problems);
    }

    /** The document's sections; without value if not even the root could be bound. */
    Optional<Sections> read(ConfigDocument document) {
        MappingNode root = document.root();
        if (!document.isWhole()) {
            groupNames.mayMiss();
            frontendNames.mayMiss();
        }
        Map<String, Owned<? extends Provider<?, ?>>> owners = new LinkedHashMap<>();
        List<Owned<? extends Provider<?, ?>>> inline = new ArrayList<>();
        for (Class<?> kind : List.of(
                ClusterProvider.class, DiscoveryProvider.class, TelemetryProvider.class, ServiceProvider.class)) {
            for (Owned<Provider<?, ?>> owned : catalog.<Provider<?, ?>>providers(kind)) {
                if (owned.provider().configType().isAnnotationPresent(Inline.class)) {
                    inline.add(owned);
                } else if (kind != DiscoveryProvider.class) {
                    owners.put(owned.provider().type(), owned);
                }
            }
        }
        List<Extension> extensions = new ArrayList<>();
        List<Class<? extends Record>> records = new ArrayList<>(List.of(NodeConfig.class));
        List<Owned<? extends Provider<?, ?>>> present = new ArrayList<>();
        Set<String> known = new HashSet<>(LISTS);
        known.addAll(owners.keySet());
        known.addAll(binder.keys(NodeConfig.class));
        for (Owned<? extends Provider<?, ?>> owned : inline) {
            Collection<String> keys = binder.keys(owned.provider().configType());
            known.addAll(keys);
            if (keys.stream().anyMatch(root.keys()::contains)) {
                records.add(owned.provider().configType());
                present.add(owned);
            } else if (isOnByDefault(owned.provider())) {
                defaults(owned, root).ifPresent(extensions::add);
            }
        }
        BoundMapping bound = binder.bindAll(root.without(LISTS), records, "", problems);
        for (Owned<? extends Provider<?, ?>> owned : present) {
            Record config = bound.get(owned.provider().configType());
            if (config != null) {
                Position written = binder.keys(owned.provider().configType()).stream()
                        .filter(root.keys()::contains)
                        .map(key -> root.entries().get(key).keyPosition())
                        .findFirst()
                        .orElse(root.position());
                extensions.add(new Extension(owned.provider().type(), owned, config, root.position(), written));
            }
        }
        List<UnclaimedKey> unknown = new ArrayList<>();
        for (UnclaimedKey key : bound.unclaimed()) {
            Owned<? extends Provider<?, ?>> owned = owners.get(key.key());
            if (owned == null) {
                unknown.add(key);
            } else {
                this.extensions.bind(owned, key, key.key()).ifPresent(extensions::add);
            }
        }
        Binder.reportUnknown(unknown, known, problems);
        for (Owned<? extends Provider<?, ?>> owned : owners.values()) {
            if (!root.keys().contains(owned.provider().type()) && isOnByDefault(owned.provider())) {
                defaults(owned, root).ifPresent(extensions::add);
            }
        }
        NodeConfig node = bound.get(NodeConfig.class);
        List<GroupSection> groups = items(root, GROUPS, groupNames, this::group);
        List<FrontendSection> frontends = items(root, FRONTENDS, frontendNames, this.frontends::written);
        List<RuleSection> rules = items(root, RULES, new ItemNames("routing rule", problems), this::rule);
        if (node == null) {
            node = usable(root);
        }
        if (node == null) {
            return Optional.empty();
        }
        this.frontends.detecting(node, root).ifPresent(frontends::add);
        return Optional.of(
                new Sections(node, extensions, groups, frontends, rules, document.variables(), binder.items()));
    }

    private static boolean isOnByDefault(Provider<?, ?> provider) {
        return provider instanceof TelemetryProvider<?> telemetry && telemetry.isOnByDefault()
                || provider instanceof ServiceProvider<?> service && service.isOnByDefault();
    }

    private Optional<Extension> defaults(Owned<? extends Provider<?, ?>> owned, MappingNode root) {
        String type = owned.provider().type();
        MappingNode empty = new MappingNode(root.position(), root.directory(), Map.of());
        Record config = binder.bind(empty, owned.provider().configType(), type, problems);
        return Optional.ofNullable(config).map(bound -> new Extension(type, owned, bound, root.position()));
    }

    /** The configuration of a provider that nothing was written for; null, and a problem, if it needs something. */
    Record defaults(Owned<?> owned, Position position) {
        MappingNode empty = new MappingNode(position, java.nio.file.Path.of(""), Map.of());
        return binder.bind(empty, owned.provider().configType(), position.path(), problems);
    }

    /** The root keys without those that have problems, so that what depends on the others is looked at all the same. */
    private NodeConfig usable(MappingNode root) {
        brokenKeys.addAll(root.keys());
        for (String key : binder.keys(NodeConfig.class)) {
            Set<String> others = new HashSet<>(root.keys());
            others.remove(key);
            if (quietly(root.without(others)) != null) {
                brokenKeys.remove(key);
            }
        }
        NodeConfig usable = quietly(root.without(brokenKeys));
        return usable == null ? quietly(root.without(root.keys())) : usable;
    }

    private NodeConfig quietly(MappingNode root) {
        return binder.bindAll(root, List.of(NodeConfig.class), "", new Problems())
                .get(NodeConfig.class);
    }

    /** The items of a root list, each bound by {@code binding}; items that fail are left out. */
    private <T> List<T> items(
            MappingNode root, String key, ItemNames names, BiFunction<MappingNode, String, Optional<T>> binding) {
        List<T> items = new ArrayList<>();
        Node value = root.value(key).orElse(null);
        if (value == null || value.isNull()) {
            return items;
        }
        if (!(value instanceof SequenceNode sequence)) {
            problems.add(value.position(), "must be a list, got " + value.describe());
            return items;
        }
        for (Node item : sequence.items()) {
            if (item instanceof MappingNode mapping) {
                Optional<T> bound = binding.apply(mapping, mapping.position().path());
                bound.ifPresent(items::add);
                ItemNames.of(mapping, key.equals(FRONTENDS)).ifPresent(name -> {
                    names.add(name, mapping.position());
                    if (bound.isEmpty()) {
                        names.broke(name);
                    }
                });
            } else {
                problems.add(item.position(), "must be a mapping, got " + item.describe());
            }
        }
        return items;
    }

    /** Reports filters that stand where HTTP is not spoken. */
    void filtersFit(List<FilterSection> filters, ProtocolWord word) {
        extensions.filtersFit(filters, word);
    }

    /** The names of the groups that are written. */
    ItemNames groupNames() {
        return groupNames;
    }

    /** The names of the frontends that are written. */
    ItemNames frontendNames() {
        return frontendNames;
    }

    /** Whether a root key of the kernel is written, but has problems. */
    boolean isBroken(String key) {
        return brokenKeys.contains(key);
    }

    private Optional<GroupSection> group(MappingNode item, String path) {
        BoundMapping bound = binder.bindAll(item, List.of(GroupConfig.class), path, problems);
        List<UnclaimedKey> rest = bound.unclaimed().stream()
                .filter(key -> !protocolKeys.contains(key.key()))
                .toList();
        List<FilterSection> filters = extensions.filters(
                rest, path, Level.GROUP, List.of(binder.keys(GroupConfig.class), List.copyOf(protocolKeys)));
        return Optional.ofNullable(bound.get(GroupConfig.class)).map(config -> new GroupSection(config, filters, item));
    }

    /**
     * The protocol's part of a group, once its protocol is known.
     *
     * @param section the group as written; empty: it is implied
     * @return without value if it could not be bound
     */
    Optional<Record> settings(Optional<GroupSection> section, ProtocolWord word) {
        Class<? extends Record> type = word.owner().provider().groupType();
        MappingNode item = section.map(GroupSection::item)
                .orElseGet(() -> new MappingNode(Position.NONE, java.nio.file.Path.of(""), Map.of()));
        Set<String> others = new HashSet<>(item.keys());
        others.removeAll(protocolKeys);
        BoundMapping bound = binder.bindAll(
                item.without(others), List.of(type), item.position().path(), problems);
        bound.unclaimed()
                .forEach(key -> problems.add(
                        key.position(), "is no key of a group that speaks " + word.word() + "; remove it"));
        return bound.unclaimed().isEmpty() ? Optional.ofNullable(bound.get(type)) : Optional.empty();
    }

    private Optional<RuleSection> rule(MappingNode item, String path) {
        Optional<RuleConfig> known = binder.known(item, RuleConfig.class);
        if (known.isPresent()) {
            return known.map(rule -> new RuleSection(rule, item));
        }
        BoundMapping bound = binder.bindAll(item, List.of(RuleConfig.class), path, problems);
        RuleConfig config = bound.get(RuleConfig.class);
        if (config == null) {
            brokenRules.add(item);
        }
        return Optional.ofNullable(config).map(rule -> new RuleSection(rule, item));
    }

    /** Whether the kernel and the protocol know all of a rule's keys, so that no filter stands there. */
    private boolean isForNobodyElse(MappingNode rule, Class<? extends Record> type) {
        Set<String> keys = routeKeys.computeIfAbsent(type, any -> {
            Set<String> both = new HashSet<>(ruleKeys);
            both.addAll(binder.keys(type));
            return both;
        });
        return keys.containsAll(rule.keys());
    }

    /** The rules whose kernel's keys have problems. */
    List<MappingNode> brokenRules() {
        return brokenRules;
    }

    /**
     * Looks at the protocol's and the filters' part of a rule that leads nowhere. Its protocol is taken to be the one that
     * knows most of its keys; if none knows any, only keys that nobody knows are reported.
     */
    void examine(MappingNode rule) {
        ProtocolWord likely = null;
        long most = 0;
        Set<String> known = new HashSet<>(extensions.filterKeys(Level.ROUTE));
        known.addAll(ruleKeys);
        for (Owned<ProtocolProvider<?>> owned : catalog.<ProtocolProvider<?>>providers(ProtocolProvider.class)) {
            List<String> keys = binder.keys(owned.provider().routeType());
            known.addAll(keys);
            long claimed = keys.stream().filter(rule.keys()::contains).count();
            if (claimed > most) {
                most = claimed;
                likely = new ProtocolWord(owned.provider().type(), owned, false);
            }
        }
        if (likely != null) {
            match(rule, likely, new ArrayList<>());
            return;
        }
        List<UnclaimedKey> unknown = new ArrayList<>();
        rule.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                unknown.add(new UnclaimedKey(key, entry.keyPosition(), entry.value()));
            }
        });
        Binder.reportUnknown(unknown, known, problems);
    }

    /**
     * The protocol's and filters' part of a rule, once the target's protocol is known.
     *
     * @return the match record, without value if it could not be bound
     */
    Optional<Record> match(MappingNode rule, ProtocolWord word, List<FilterSection> filtersOut) {
        Class<? extends Record> type = word.owner().provider().routeType();
        Optional<? extends Record> known = isForNobodyElse(rule, type) ? binder.known(rule, type) : Optional.empty();
        if (known.isPresent()) {
            return Optional.of(known.get());
        }
        String path = rule.position().path();
        BoundMapping bound = binder.bindAll(rule, List.of(type), path, problems);
        List<UnclaimedKey> rest = bound.unclaimed().stream()
                .filter(key -> !ruleKeys.contains(key.key()))
                .toList();
        List<FilterSection> filters =
                extensions.filters(rest, path, Level.ROUTE, List.of(binder.keys(RuleConfig.class), binder.keys(type)));
        extensions.filtersFit(filters, word);
        filtersOut.addAll(filters);
        return Optional.ofNullable(bound.get(type));
    }
}

package io.leba.kernel.generation;

import io.leba.kernel.generation.Sections.GroupSection;
import io.leba.kernel.generation.Sections.ProtocolWord;
import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Which backends belong to which group: the declared groups, and those that backends, discoveries and frontends imply.
 * Filled anew for each generation and each delivery of a discovery.
 */
final class Grouping {
    private final Catalog catalog;
    private final Map<String, List<Integer>> allowedPorts;
    private final BiConsumer<Position, String> problems;
    private final Predicate<String> isReported;
    private final Map<String, Members> groups = new LinkedHashMap<>();

    /** @param problems told of backends that are left out, and why */
    Grouping(Catalog catalog, Map<String, List<Integer>> allowedPorts, BiConsumer<Position, String> problems) {
        this(catalog, allowedPorts, problems, name -> false);
    }

    /**
     * @param problems told of backends that are left out, and why
     * @param isReported whether the group of this name is none of those declared because of a problem that is told already
     */
    Grouping(
            Catalog catalog,
            Map<String, List<Integer>> allowedPorts,
            BiConsumer<Position, String> problems,
            Predicate<String> isReported) {
        this.catalog = catalog;
        this.allowedPorts = allowedPorts;
        this.problems = problems;
        this.isReported = isReported;
    }

    /** A group with what was found for it. */
    static final class Members {
        private final String name;
        private final Optional<GroupSection> section;
        private final List<BackendSpec> specs = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private ProtocolWord word;

        private Members(String name, Optional<GroupSection> section, ProtocolWord word) {
            this.name = name;
            this.section = section;
            this.word = word;
        }

        String name() {
            return name;
        }

        Optional<GroupSection> section() {
            return section;
        }

        List<BackendSpec> specs() {
            return specs;
        }

        /** Null as long as nothing says it. */
        ProtocolWord word() {
            return word;
        }

        /** Whether the group says a protocol that no plugin provides. */
        boolean isUnknown() {
            return word == null
                    && section.flatMap(one -> one.config().protocol()).isPresent();
        }
    }

    /** A feed and where it is written in a group; for a feed that the root's keys make, without value. */
    record Source(Feed feed, Optional<Written> written) {
        Optional<String> group() {
            return written.map(Written::group);
        }
    }

    /** A source of a group's own. */
    record Written(String group, Slot<Discovery> slot) {}

    void declare(GroupSection section) {
        ProtocolWord word = section.config()
                .protocol()
                .flatMap(text -> known(text, section.config().position()))
                .orElse(null);
        groups.put(section.config().name(), new Members(section.config().name(), Optional.of(section), word));
    }

    /** Makes sure that there is a group of this name; it gets the protocol unless it has one. */
    Members imply(String name, ProtocolWord word) {
        Members members = groups.computeIfAbsent(name, key -> new Members(key, Optional.empty(), word));
        if (members.word == null) {
            members.word = word;
        }
        return members;
    }

    Optional<ProtocolWord> known(String text, Position position) {
        Optional<ProtocolWord> word = catalog.protocol(text);
        if (word.isEmpty()) {
            problems.accept(position, Choices.missing("protocol", text, catalog.protocolWords()));
        }
        return word;
    }

    /** Adds what a source found. A backend that another source found as well is one backend; twice in one source is a problem. */
    void fill(Source source) {
        Set<String> here = new HashSet<>();
        for (BackendSpec spec : source.feed().latest()) {
            if (source.feed().isDelivered()) {
                add(spec, source.group(), here, problems);
            } else {
                add(spec, source.group(), here, (position, message) -> {}); // an earlier source's; what fits is kept
            }
        }
    }

    private void add(BackendSpec spec, Optional<String> home, Set<String> here, BiConsumer<Position, String> problems) {
        Optional<String> target = spec.groupName().or(() -> home);
        ProtocolWord word;
        if (spec.protocol().isPresent()) {
            word = known(spec.protocol().get(), spec.position()).orElse(null);
            if (word == null) {
                return;
            }
        } else {
            Members holder = target.map(groups::get).orElse(null);
            if (holder != null && holder.isUnknown()) {
                return; // reported where the group says it
            }
            if (holder == null && target.filter(isReported).isPresent()) {
                return;
            }
            word = holder == null ? null : holder.word;
            if (word == null) {
                problems.accept(
                        spec.position(),
                        "protocol: required, because "
                                + target.map(name -> "group '" + name + "' has none")
                                        .orElse("there is no group_name")
                                + Choices.oneOf(catalog.protocolWords()));
                return;
            }
        }
        List<Integer> ports = allowedPorts.get(word.word());
        if (ports != null && !ports.contains(spec.port())) {
            problems.accept(spec.position(), portMessage("port", spec.port(), word.word(), ports));
            return;
        }
        Members members = imply(target.orElse(word.base()), word);
        if (!members.word.word().equals(word.word())) {
            problems.accept(
                    spec.position(),
                    "protocol: group '" + members.name + "' speaks " + members.word.word() + ", got '" + word.word()
                            + "'; use another group_name");
            return;
        }
        boolean isFirstHere = here.add(members.name + "/" + spec.nameOrAddress());
        if (!members.names.add(spec.nameOrAddress())) {
            if (!isFirstHere) {
                problems.accept(
                        spec.position(),
                        "group '" + members.name + "' has a backend '" + spec.nameOrAddress()
                                + "' already; remove one or give it another name");
            }
            return;
        }
        members.specs.add(spec);
    }

    static String portMessage(String key, int port, String protocol, List<Integer> allowed) {
        return key + ": " + port + " is not among allowed_ports." + protocol + " " + allowed
                + "; use one of them or extend the list";
    }

    Map<String, Members> groups() {
        return groups;
    }
}

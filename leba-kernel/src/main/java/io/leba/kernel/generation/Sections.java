package io.leba.kernel.generation;

import io.leba.kernel.config.BoundItems;
import io.leba.kernel.config.MappingNode;
import io.leba.kernel.plugin.Owned;
import io.leba.spi.config.Position;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.protocol.ProtocolProvider;
import java.util.List;
import java.util.Map;

/**
 * A document, bound: every mapping is a record, every extension is named with its provider and configuration; nothing has
 * been made yet.
 *
 * @param node the kernel's root keys
 * @param extensions what the root's other keys configure: discoveries, telemetry, services, cluster
 * @param groups in the order of the file
 * @param frontends in the order of the file
 * @param rules in the order of the file
 * @param variables what variables filled in, to be shown as they are written
 * @param items what items of lists were bound to, for the next reading
 */
record Sections(
        NodeConfig node,
        List<Extension> extensions,
        List<GroupSection> groups,
        List<FrontendSection> frontends,
        List<RuleSection> rules,
        Map<String, String> variables,
        BoundItems items) {
    /**
     * An extension to be obtained.
     *
     * @param path its place
     * @param owner its provider
     * @param config its configuration
     * @param position where it is written
     * @param written where the first of its keys is written, for what has keys in the midst of others
     */
    record Extension(String path, Owned<?> owner, Record config, Position position, Position written) {
        Extension(String path, Owned<?> owner, Record config, Position position) {
            this(path, owner, config, position, position);
        }
    }

    /** A filter, with its provider for the phase. */
    record FilterSection(Extension extension, HttpFilterProvider<?> provider) {}

    /** An item of {@code backend_groups}; its protocol, which may have keys of its own there, is known once its backends are. */
    record GroupSection(GroupConfig config, List<FilterSection> filters, MappingNode item) {}

    /**
     * An item of {@code frontend_services}, or {@code frontend_address}.
     *
     * @param spoken the protocols; more than one where they are told apart by the first bytes
     */
    record FrontendSection(
            FrontendConfig config,
            List<Spoken> spoken,
            boolean detects,
            List<FilterSection> filters,
            MappingNode item) {}

    /** A protocol on a frontend. */
    record Spoken(ProtocolWord word, Record config, Position position) {}

    /** An item of {@code routing_rules}; its protocol is known once the target is. */
    record RuleSection(RuleConfig config, MappingNode item) {}

    /** A protocol's name as a user writes it: {@code http}, or {@code https} for the same inside TLS. */
    record ProtocolWord(String word, Owned<ProtocolProvider<?>> owner, boolean secure) {
        String base() {
            return owner.provider().type();
        }

        /** Whether it is a word for backends alone. */
        boolean isDialect() {
            return !word.equals(base()) && !word.equals(owner.provider().secureType());
        }
    }
}

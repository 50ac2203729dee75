package io.leba.kernel.generation;

import io.leba.kernel.config.Binder;
import io.leba.kernel.config.BoundMapping;
import io.leba.kernel.config.MappingNode;
import io.leba.kernel.config.Node;
import io.leba.kernel.config.Problems;
import io.leba.kernel.config.ScalarNode;
import io.leba.kernel.config.UnclaimedKey;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.generation.Sections.FrontendSection;
import io.leba.kernel.generation.Sections.ProtocolWord;
import io.leba.kernel.generation.Sections.Spoken;
import io.leba.kernel.plugin.Owned;
import io.leba.spi.config.Position;
import io.leba.spi.http.HttpFilterProvider.Level;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.ProtocolProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Binds frontends: the kernel's keys of each, its protocol's, and its filters'. */
final class FrontendReader {
    private final Catalog catalog;
    private final Binder binder;
    private final ExtensionReader extensions;
    private final Problems problems;

    FrontendReader(Catalog catalog, Binder binder, ExtensionReader extensions, Problems problems) {
        this.catalog = catalog;
        this.binder = binder;
        this.extensions = extensions;
        this.problems = problems;
    }

    /** An item of {@code frontend_services}. */
    Optional<FrontendSection> written(MappingNode item, String path) {
        Optional<ProtocolWord> word = Optional.empty();
        Node protocol = item.value("protocol").orElse(null);
        if (protocol instanceof ScalarNode scalar && !scalar.isNull()) {
            word = catalog.protocol(scalar.text());
            if (word.isEmpty()) {
                problems.add(scalar.position(), Choices.missing("protocol", scalar.text(), catalog.frontendWords()));
            } else if (word.get().isDialect()) {
                problems.add(scalar.position(), forBackends(word.get()));
                word = Optional.empty();
            }
        }
        List<Class<? extends Record>> records = new ArrayList<>(List.of(FrontendConfig.class));
        word.ifPresent(known -> records.add(known.owner().provider().configType()));
        BoundMapping bound = binder.bindAll(item, records, path, problems);
        if (word.isEmpty()) {
            // the other keys belong to a protocol that is not known, unless nobody knows them
            Set<String> known = new HashSet<>(extensions.filterKeys(Level.FRONTEND));
            catalog.<ProtocolProvider<?>>providers(ProtocolProvider.class)
                    .forEach(owned -> known.addAll(binder.keys(owned.provider().configType())));
            List<UnclaimedKey> unknown = bound.unclaimed().stream()
                    .filter(key -> !known.contains(key.key()))
                    .toList();
            known.addAll(binder.keys(FrontendConfig.class));
            Binder.reportUnknown(unknown, known, problems);
            return Optional.empty();
        }
        Class<? extends Record> own = word.get().owner().provider().configType();
        FrontendConfig config = bound.get(FrontendConfig.class);
        Record owned = bound.get(own);
        // A frontend's filters are known by its name, wherever it stands in the list.
        String place = config == null ? path : SectionReader.FRONTENDS + "[" + config.nameOrDefault() + "]";
        List<FilterSection> filters = extensions.filters(
                bound.unclaimed(), place, Level.FRONTEND, List.of(binder.keys(FrontendConfig.class), binder.keys(own)));
        extensions.filtersFit(filters, word.get());
        if (config == null || owned == null) {
            return Optional.empty();
        }
        return Optional.of(new FrontendSection(
                config, List.of(new Spoken(word.get(), owned, item.position())), false, filters, item));
    }

    private static String forBackends(ProtocolWord word) {
        ProtocolProvider<?> provider = word.owner().provider();
        return "'" + word.word() + "' is a word for backends; a frontend says '"
                + (word.secure() && !provider.secureType().isEmpty() ? provider.secureType() : provider.type()) + "'";
    }

    /**
     * The frontend behind {@code frontend_address}: every protocol that can be recognised, with its defaults, and the same
     * inside TLS if there is a certificate.
     */
    Optional<FrontendSection> detecting(NodeConfig node, MappingNode root) {
        List<ProtocolWord> words = recognised(node, root);
        if (node.frontendAddress().isEmpty()) {
            return Optional.empty();
        }
        String address = node.frontendAddress().get();
        int colon = address.lastIndexOf(':');
        Position position = root.value("frontend_address").orElseThrow().position();
        boolean hasCertificate = node.tlsConfig().filter(TlsConfig::enabled).isPresent();
        List<Spoken> spoken = new ArrayList<>();
        for (ProtocolWord word : words) {
            MappingNode empty = new MappingNode(position, root.directory(), Map.of());
            ProtocolProvider<?> provider = word.owner().provider();
            Record config = binder.bind(empty, provider.configType(), "frontend_address", problems);
            if (config != null) {
                spoken.add(new Spoken(word, config, position));
                if (hasCertificate && !provider.secureType().isEmpty()) {
                    spoken.add(
                            new Spoken(new ProtocolWord(provider.secureType(), word.owner(), true), config, position));
                }
            }
        }
        if (spoken.isEmpty()) {
            if (node.detectProtocols().isEmpty()) {
                problems.add(
                        position,
                        "no installed plugin recognises a protocol from its first bytes; install one such as"
                                + " protocol-http, or use frontend_services");
            }
            return Optional.empty();
        }
        FrontendConfig config = new FrontendConfig(
                Optional.of("frontend_address"),
                "detect",
                address.substring(0, colon).replaceAll("[\\[\\]]", ""),
                Integer.parseInt(address.substring(colon + 1)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                position);
        if (config.port() > 65535) {
            problems.add(position, "port must be between 0 and 65535, got " + config.port());
            return Optional.empty();
        }
        return Optional.of(new FrontendSection(config, spoken, true, List.of(), root));
    }

    /** The protocols to be told apart, in the order in which they are asked. */
    private List<ProtocolWord> recognised(NodeConfig node, MappingNode root) {
        Map<String, ProtocolWord> known = new TreeMap<>();
        for (Owned<ProtocolProvider<?>> owned : catalog.<ProtocolProvider<?>>providers(ProtocolProvider.class)) {
            if (owned.provider().detector() != Detector.NEVER) {
                String type = owned.provider().type();
                known.put(type, new ProtocolWord(type, owned, false));
            }
        }
        if (node.detectProtocols().isEmpty()) {
            return List.copyOf(known.values());
        }
        Position position = root.value("detect_protocols").orElseThrow().position();
        Set<ProtocolWord> chosen = new LinkedHashSet<>();
        for (String word : node.detectProtocols()) {
            ProtocolWord found = known.get(word);
            if (found == null) {
                problems.add(
                        position,
                        "no installed plugin recognises '" + word + "' from a connection's first bytes"
                                + Choices.oneOf(known.keySet()));
            } else if (!chosen.add(found)) {
                problems.add(position, "'" + word + "' is there twice; remove one");
            }
        }
        return List.copyOf(chosen);
    }
}

package io.leba.kernel.generation;

import io.leba.kernel.config.Binder;
import io.leba.kernel.config.MappingNode;
import io.leba.kernel.config.Node;
import io.leba.kernel.config.Problems;
import io.leba.kernel.config.UnclaimedKey;
import io.leba.kernel.generation.Sections.Extension;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.generation.Sections.ProtocolWord;
import io.leba.kernel.plugin.Owned;
import io.leba.spi.Provider;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.http.HttpFilterProvider.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Binds the keys that plugins own, wherever they stand: above all those of filters. */
final class ExtensionReader {
    private final Binder binder;
    private final Problems problems;
    private final Map<Level, Map<String, Owned<HttpFilterProvider<?>>>> filtersByLevel = new EnumMap<>(Level.class);

    ExtensionReader(Catalog catalog, Binder binder, Problems problems) {
        this.binder = binder;
        this.problems = problems;
        for (Level level : Level.values()) {
            Map<String, Owned<HttpFilterProvider<?>>> installed = new HashMap<>();
            for (Owned<HttpFilterProvider<?>> owned :
                    catalog.<HttpFilterProvider<?>>providers(HttpFilterProvider.class)) {
                if (owned.provider().levels().contains(level)) {
                    installed.put(owned.provider().type(), owned);
                }
            }
            filtersByLevel.put(level, installed);
        }
    }

    /** The keys of the filters that can stand at this level. */
    Set<String> filterKeys(Level level) {
        return filtersByLevel.get(level).keySet();
    }

    /** The extension that owns a key, with what is written there. */
    Optional<Extension> bind(Owned<? extends Provider<?, ?>> owned, UnclaimedKey key, String path) {
        Node value = key.value();
        if (value.isNull()) {
            value = new MappingNode(key.position(), value.directory(), Map.of());
        }
        Record config =
                binder.bind(value, owned.provider().configType(), key.position().path(), problems);
        return Optional.ofNullable(config).map(bound -> new Extension(path, owned, bound, key.position()));
    }

    /**
     * The filters among these keys, in the order in which they run; keys that no filter owns are reported.
     *
     * @param path the place that identifies them
     * @param known the keys that stand beside filters, for hints
     */
    List<FilterSection> filters(List<UnclaimedKey> keys, String path, Level level, List<List<String>> known) {
        if (keys.isEmpty()) {
            return List.of();
        }
        List<FilterSection> filters = new ArrayList<>();
        List<UnclaimedKey> unknown = new ArrayList<>();
        Map<String, Owned<HttpFilterProvider<?>>> installed = filtersByLevel.get(level);
        for (UnclaimedKey key : keys) {
            Owned<HttpFilterProvider<?>> owned = installed.get(key.key());
            if (owned == null) {
                unknown.add(key);
            } else {
                bind(owned, key, path + "." + key.key())
                        .ifPresent(extension -> filters.add(new FilterSection(extension, owned.provider())));
            }
        }
        Set<String> candidates = new HashSet<>(installed.keySet());
        known.forEach(candidates::addAll);
        Binder.reportUnknown(unknown, candidates, problems);
        filters.sort(Comparator.comparing(filter -> filter.provider().phase()));
        return filters;
    }

    /** Reports filters that stand where HTTP is not spoken. */
    void filtersFit(List<FilterSection> filters, ProtocolWord word) {
        if (!word.owner().provider().takesHttpFilters()) {
            filters.forEach(filter -> problems.add(
                    filter.extension().position(), "works on HTTP only, and this is " + word.word() + "; remove it"));
        }
    }
}

package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the raw values of one file into nodes: expands aliases and merge keys within bounds, refuses duplicate keys, fills
 * in variables, gives every value its path.
 */
final class TreeBuilder {
    /** Enough for ten thousands of routes and backends; an alias bomb is cut off here. */
    static final int MAX_VALUES = 500_000;

    private static final String MERGE = "<<";
    private static final int FEW = 10;

    private final String source;
    private final Path directory;
    private final Interpolation interpolation;
    private final Problems problems;
    private int values;
    private boolean lost;

    /** The document expands beyond what is allowed. */
    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;
    }

    TreeBuilder(String source, Path directory, Interpolation interpolation, Problems problems) {
        this.source = source;
        this.directory = directory;
        this.interpolation = interpolation;
        this.problems = problems;
    }

    /** Whether a mapping or a list is not in the tree that was built, because of a problem. */
    boolean hasLost() {
        return lost;
    }

    Node build(RawValue raw, String path) throws TooLarge {
        return build(raw, path, 0);
    }

    private Node build(RawValue raw, String path, int depth) throws TooLarge {
        if (raw instanceof RawValue.Known known) {
            values += known.values() - 1;
            spend();
            return known.node();
        }
        spend();
        Position position = new Position(source, raw.line(), raw.column(), path);
        if (depth > YamlText.MAX_DEPTH) {
            throw new TooLarge();
        }
        if (raw instanceof RawValue.Scalar scalar) {
            return scalar(scalar, position);
        }
        if (raw instanceof RawValue.Sequence sequence) {
            List<Node> items = new ArrayList<>(sequence.items().size());
            for (RawValue item : sequence.items()) {
                boolean isKnown = item instanceof RawValue.Known;
                String below = isKnown ? "" : KeyPath.item(path, items.size(), nameOf(item));
                items.add(build(item, below, depth + 1));
            }
            return new SequenceNode(position, directory, items);
        }
        Collection<RawValue.Entry> distinct = distinct((RawValue.Mapping) raw, path, depth);
        String[] keys = new String[distinct.size()];
        MappingNode.Entry[] entries = new MappingNode.Entry[keys.length];
        int i = 0;
        for (RawValue.Entry entry : distinct) {
            RawValue.Scalar key = entry.key();
            String below = KeyPath.key(path, key.text());
            keys[i] = key.text();
            entries[i++] = new MappingNode.Entry(
                    new Position(source, key.line(), key.column(), below), build(entry.value(), below, depth + 1));
        }
        return new MappingNode(position, directory, EntryMap.of(keys, entries));
    }

    /** The entries of a mapping as they count. Most have a few keys and nothing to resolve: those are taken as they are. */
    private Collection<RawValue.Entry> distinct(RawValue.Mapping mapping, String path, int depth) throws TooLarge {
        List<RawValue.Entry> entries = mapping.entries();
        if (entries.size() <= FEW && depth <= YamlText.MAX_DEPTH && isPlain(entries)) {
            values += entries.size();
            if (values > MAX_VALUES) {
                throw new TooLarge();
            }
            return entries;
        }
        return resolved(mapping, path, depth).values();
    }

    private static boolean isPlain(List<RawValue.Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            String key = entries.get(i).key().text();
            if (key.isEmpty() || key.equals(MERGE)) {
                return false;
            }
            for (int before = 0; before < i; before++) {
                if (entries.get(before).key().text().equals(key)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The entries with merge keys resolved: what is written wins over what is merged, an earlier merge over a later. */
    private Map<String, RawValue.Entry> resolved(RawValue.Mapping mapping, String path, int depth) throws TooLarge {
        if (depth > YamlText.MAX_DEPTH) {
            throw new TooLarge();
        }
        Map<String, RawValue.Entry> entries = new LinkedHashMap<>();
        List<RawValue.Entry> merges = new ArrayList<>();
        for (RawValue.Entry entry : mapping.entries()) {
            spend();
            RawValue.Scalar key = entry.key();
            if (key.plain() && key.text().equals(MERGE)) {
                merges.add(entry);
                continue;
            }
            Position position = new Position(source, key.line(), key.column(), KeyPath.key(path, key.text()));
            if (key.text().isEmpty()) {
                problems.add(position, "a key is missing before ':'");
                continue;
            }
            RawValue.Entry first = entries.putIfAbsent(key.text(), entry);
            if (first != null) {
                lost |= !(entry.value() instanceof RawValue.Scalar);
                problems.add(
                        position,
                        "key '" + Shown.excerpt(key.text()) + "' is written twice, first in line "
                                + first.key().line() + "; remove one");
            }
        }
        for (RawValue.Entry merge : merges) {
            for (RawValue merged :
                    merge.value() instanceof RawValue.Sequence list ? list.items() : List.of(merge.value())) {
                spend();
                if (merged instanceof RawValue.Mapping from) {
                    resolved(from, path, depth + 1).forEach(entries::putIfAbsent);
                } else {
                    lost = true;
                    problems.add(
                            new Position(source, merged.line(), merged.column(), path),
                            "'<<' must be followed by an alias of a mapping, or a list of such");
                }
            }
        }
        return entries;
    }

    private ScalarNode scalar(RawValue.Scalar scalar, Position position) {
        ScalarNode.Style style = scalar.plain() ? ScalarNode.Style.PLAIN : ScalarNode.Style.QUOTED;
        try {
            String text = interpolation.fill(scalar.text(), directory);
            return new ScalarNode(position, directory, text, scalar.text(), style);
        } catch (Interpolation.Unresolved e) {
            problems.add(position, e.getMessage());
            return ScalarNode.of(position, directory, scalar.text(), ScalarNode.Style.BROKEN);
        }
    }

    private static String nameOf(RawValue item) {
        if (item instanceof RawValue.Mapping mapping) {
            for (RawValue.Entry entry : mapping.entries()) {
                if (entry.key().text().equals("name") && entry.value() instanceof RawValue.Scalar name) {
                    return name.text();
                }
            }
        }
        return "";
    }

    private void spend() throws TooLarge {
        if (++values > MAX_VALUES) {
            throw new TooLarge();
        }
    }
}

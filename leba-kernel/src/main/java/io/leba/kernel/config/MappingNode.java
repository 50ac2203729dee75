package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys and their values.
 *
 * @param position where it begins
 * @param directory the directory of its file
 * @param entries by key, in the order in which they are written
 */
public record MappingNode(Position position, Path directory, Map<String, Entry> entries) implements Node {
    /**
     * A key and its value.
     *
     * @param keyPosition where the key is written, with the path of the value
     * @param value the value
     */
    public record Entry(Position keyPosition, Node value) {}

    /** Keeps a copy of the entries, unless they are immutable. */
    public MappingNode {
        entries = EntryMap.of(entries);
    }

    /** A mapping without keys that stands where {@code node} does. */
    static MappingNode emptyAt(Node node) {
        return new MappingNode(node.position(), node.directory(), Map.of());
    }

    /** The value of a key, if it is written. */
    public Optional<Node> value(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /** The keys in the order in which they are written. */
    public Set<String> keys() {
        return entries.keySet();
    }

    /** The same mapping with fewer keys. */
    public MappingNode without(Collection<String> keys) {
        Map<String, Entry> rest = new LinkedHashMap<>(entries);
        rest.keySet().removeAll(keys);
        return new MappingNode(position, directory, rest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MappingNode that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String describe() {
        return "a mapping";
    }

    /** The place and what stands there; not what is in it, which may be secret. */
    @Override
    public String toString() {
        return position + ": " + describe();
    }

    @Override
    public MappingNode at(String path) {
        String[] keys = entries.keySet().toArray(String[]::new);
        Entry[] placed = new Entry[keys.length];
        for (int i = 0; i < keys.length; i++) {
            Entry entry = entries.get(keys[i]);
            String below = KeyPath.key(path, keys[i]);
            placed[i] = new Entry(
                    KeyPath.at(entry.keyPosition(), below), entry.value().at(below));
        }
        return new MappingNode(KeyPath.at(position, path), directory, EntryMap.of(keys, placed));
    }
}

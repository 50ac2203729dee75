package io.leba.kernel.config;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The entries of a mapping in their order. Immutable, and small: a configuration of ten thousand rules is mostly mappings of a
 * few keys, which are found faster by looking at each than by a hash.
 */
final class EntryMap extends AbstractMap<String, MappingNode.Entry> {
    private static final int FEW = 10;

    private final String[] keys;
    private final MappingNode.Entry[] values;
    private final Map<String, Integer> index;

    private EntryMap(String[] keys, MappingNode.Entry[] values) {
        this.keys = keys;
        this.values = values;
        this.index = keys.length > FEW ? new HashMap<>(keys.length * 2) : Map.of();
        for (int i = 0; keys.length > FEW && i < keys.length; i++) {
            index.put(keys[i], i);
        }
    }

    /** The same entries. */
    static EntryMap of(Map<String, MappingNode.Entry> entries) {
        if (entries instanceof EntryMap same) {
            return same;
        }
        return new EntryMap(
                entries.keySet().toArray(String[]::new), entries.values().toArray(MappingNode.Entry[]::new));
    }

    /** Keeps the arrays; the keys are distinct. */
    static EntryMap of(String[] keys, MappingNode.Entry[] values) {
        return new EntryMap(keys, values);
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public MappingNode.Entry get(Object key) {
        int at = find(key);
        return at < 0 ? null : values[at];
    }

    @Override
    public boolean containsKey(Object key) {
        return find(key) >= 0;
    }

    private int find(Object key) {
        if (keys.length > FEW) {
            return index.getOrDefault(key, -1);
        }
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super MappingNode.Entry> action) {
        for (int i = 0; i < keys.length; i++) {
            action.accept(keys[i], values[i]);
        }
    }

    @Override
    public Set<String> keySet() {
        return new Keys();
    }

    @Override
    public Collection<MappingNode.Entry> values() {
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    @Override
    public Set<Map.Entry<String, MappingNode.Entry>> entrySet() {
        return new Entries();
    }

    private final class Keys extends AbstractSet<String> {
        @Override
        public int size() {
            return keys.length;
        }

        @Override
        public boolean contains(Object key) {
            return find(key) >= 0;
        }

        @Override
        public Iterator<String> iterator() {
            return new Steps<>() {
                @Override
                String at(int i) {
                    return keys[i];
                }
            };
        }
    }

    private final class Entries extends AbstractSet<Map.Entry<String, MappingNode.Entry>> {
        @Override
        public int size() {
            return keys.length;
        }

        @Override
        public boolean contains(Object other) {
            return other instanceof Map.Entry<?, ?> entry
                    && containsKey(entry.getKey())
                    && Objects.equals(get(entry.getKey()), entry.getValue());
        }

        @Override
        public Iterator<Map.Entry<String, MappingNode.Entry>> iterator() {
            return new Steps<>() {
                @Override
                Map.Entry<String, MappingNode.Entry> at(int i) {
                    return Map.entry(keys[i], values[i]);
                }
            };
        }
    }

    private abstract class Steps<T> implements Iterator<T> {
        private int next;

        abstract T at(int i);

        @Override
        public boolean hasNext() {
            return next < keys.length;
        }

        @Override
        public T next() {
            if (next >= keys.length) {
                throw new NoSuchElementException();
            }
            return at(next++);
        }
    }
}

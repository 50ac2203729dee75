package io.leba.kernel.config;

import io.leba.spi.config.Inline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes records from nodes by the rules of {@link io.leba.spi.config}. Everything that is wrong is reported, each at its
 * place; a record with problems is not made. One binder serves one reading of a configuration, on one thread, since it
 * remembers the classes of plugins and the places of secrets.
 */
public final class Binder {
    private final SlotResolver resolver;
    private final RecordShape.Cache shapes;
    private final Set<String> secretPaths = new TreeSet<>();
    private final Map<List<?>, Map<String, Class<? extends Record>>> owners = new HashMap<>();
    private final Binding.Defaults defaults = new Binding.Defaults();
    private Problems reported;
    private Binding binding;
    private final BoundItems items;

    /** Asks {@code resolver} who fills slots. */
    public Binder(SlotResolver resolver) {
        this(resolver, null);
    }

    /**
     * Takes over what items of lists were bound to before.
     *
     * @param earlier {@link #items()} of the binder before; null: nothing was bound yet
     */
    public Binder(SlotResolver resolver, BoundItems earlier) {
        this.resolver = resolver;
        this.items = new BoundItems(earlier);
        this.shapes = items.shapes();
    }

    /** What items of lists were bound to. */
    public BoundItems items() {
        return items;
    }

    /**
     * A record that an item of a list was bound to before, of this very class.
     *
     * @return empty if it has to be bound
     */
    public <R extends Record> Optional<R> known(MappingNode item, Class<R> type) {
        return items.known(item, type);
    }

    /**
     * Looks at a record class and all records inside it, for whoever wants to know before a user does.
     *
     * @throws RecordDefect if it breaks the rules
     */
    public static void check(Class<? extends Record> type) {
        RecordShape.check(type);
    }

    /**
     * Binds a mapping to a record; keys that the record does not know are problems.
     *
     * @param path the path to report, if it is not the node's own
     * @return the record, or null if there was a problem
     */
    public <R extends Record> R bind(Node node, Class<R> type, String path, Problems problems) {
        Node placed = placed(node, path);
        return type.cast(binding(problems).record(placed, shapes.of(type), false));
    }

    /** Binds a mapping, with its own path; see {@link #bind(Node, Class, String, Problems)}. */
    public <R extends Record> R bind(Node node, Class<R> type, Problems problems) {
        return bind(node, type, node.position().path(), problems);
    }

    /**
     * Binds several records from one mapping; each takes the keys that it knows. Keys that none knows are returned, not
     * reported. An {@link Inline} record none of whose keys is written is not made.
     *
     * @param path the path to report, if it is not the node's own
     * @throws RecordDefect if two records know the same key
     */
    public BoundMapping bindAll(
            MappingNode node, List<? extends Class<? extends Record>> types, String path, Problems problems) {
        MappingNode placed = (MappingNode) placed(node, path);
        Map<String, Class<? extends Record>> owned = owners.get(types);
        if (owned == null) {
            owned = owners(types);
            owners.put(List.copyOf(types), owned);
        }
        Map<Class<? extends Record>, Record> records = new HashMap<>(4);
        for (Class<? extends Record> type : types) {
            RecordShape shape = shapes.of(type);
            boolean wanted = !type.isAnnotationPresent(Inline.class)
                    || placed.keys().stream().anyMatch(shape.spellings()::contains);
            Record made = wanted ? binding(problems).fields(placed, shape, Set.of()) : null;
            if (made != null) {
                records.put(type, made);
                if (placed == node) {
                    items.keep(node, made);
                }
            }
        }
        List<UnclaimedKey> unclaimed = new ArrayList<>(0);
        for (Map.Entry<String, MappingNode.Entry> entry : placed.entries().entrySet()) {
            if (!owned.containsKey(entry.getKey())) {
                unclaimed.add(new UnclaimedKey(
                        entry.getKey(),
                        entry.getValue().keyPosition(),
                        entry.getValue().value()));
            }
        }
        return new BoundMapping(records, unclaimed);
    }

    /** Which of the records knows a key, by all its spellings. */
    private Map<String, Class<? extends Record>> owners(List<? extends Class<? extends Record>> types) {
        Map<String, Class<? extends Record>> owners = new HashMap<>();
        for (Class<? extends Record> type : types) {
            RecordShape shape = shapes.of(type);
            if (shape.flat().isPresent()) {
                throw new RecordDefect(type, "@Flat cannot share a mapping with other records");
            }
            for (String key : shape.spellings()) {
                Class<? extends Record> owner = owners.putIfAbsent(key, type);
                if (owner != null) {
                    throw new RecordDefect(type, "key '" + key + "' belongs to " + owner.getName() + " already");
                }
            }
        }
        return owners;
    }

    /** The keys of a record, for candidates of {@link #reportUnknown}. */
    public List<String> keys(Class<? extends Record> type) {
        return shapes.of(type).keys();
    }

    /**
     * Reports keys that neither the kernel nor any installed plugin knows.
     *
     * @param candidates the keys that could stand there
     */
    public static void reportUnknown(
            Collection<UnclaimedKey> unclaimed, Collection<String> candidates, Problems problems) {
        for (UnclaimedKey key : unclaimed) {
            String hint = Suggestion.hint(key.key(), candidates);
            problems.add(
                    key.position(),
                    hint.isEmpty()
                            ? "unknown key; no installed plugin owns '" + Shown.excerpt(key.key()) + "'"
                            : "unknown key" + hint);
        }
    }

    /** Binds one key of a mapping, as a trial. */
    void component(MappingNode node, RecordShape shape, RecordShape.Component component, Problems problems) {
        binding(problems).field(node, component, component.isSecret());
    }

    /** The paths of all values that were bound to {@link io.leba.spi.config.Secret} components so far. */
    public Set<String> secretPaths() {
        return Set.copyOf(secretPaths);
    }

    private Binding binding(Problems problems) {
        if (reported != problems) {
            reported = problems;
            binding = new Binding(resolver, shapes, problems, secretPaths, defaults, items);
        }
        return binding;
    }

    private static Node placed(Node node, String path) {
        return node.position().path().equals(path) ? node : node.at(path);
    }
}

package io.leba.kernel.config;

import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One binding of a node to a record. Methods return null after they have reported why there is no value. */
final class Binding {
    private static final int LISTED_KEYS = 20;

    private final RecordShape.Cache shapes;
    private final Problems problems;
    private final Set<String> secretPaths;
    private final Defaults defaults;
    private final SlotBinding slots;
    private final BoundItems items;

    /**
     * Values of keys that are not written, where they are the same wherever the record stands: what is bound once need not be
     * bound for each of thousands of records.
     */
    static final class Defaults {
        private final Map<RecordShape.Component, Object> values = new IdentityHashMap<>();

        private static boolean isSameEverywhere(RecordShape.Component component) {
            return component.type() instanceof ValueType.Choice
                    || component.type() instanceof ValueType.Single single && single.notation() != Notation.FILE;
        }
    }

    Binding(
            SlotResolver resolver,
            RecordShape.Cache shapes,
            Problems problems,
            Set<String> secretPaths,
            Defaults defaults,
            BoundItems items) {
        this.defaults = defaults;
        this.items = items;
        this.shapes = shapes;
        this.problems = problems;
        this.secretPaths = secretPaths;
        this.slots = new SlotBinding(resolver, shapes, problems, this);
    }

    /** A record from a mapping; keys that it does not know are reported. */
    Record record(Node node, RecordShape shape, boolean secret) {
        Optional<MappingNode> mapping = mapping(node, shape, secret);
        if (mapping.isEmpty()) {
            return null;
        }
        Set<String> unknown = unknown(mapping.get(), shape);
        if (shape.flat().isPresent()) {
            return fields(mapping.get(), shape, unknown, secret);
        }
        for (String key : unknown) {
            problems.add(mapping.get().entries().get(key).keyPosition(), unknownKey(key, shape));
        }
        Record made = fields(mapping.get(), shape, Set.of(), secret);
        return unknown.isEmpty() ? made : null;
    }

    /** The record of a list's item. */
    private Record record(Node item, Class<? extends Record> type) {
        Record before = items.known(item, type).orElse(null);
        if (before != null) {
            return before;
        }
        Record made = record(item, shapes.of(type), false);
        if (made != null) {
            items.keep(item, made);
        }
        return made;
    }

    private static Set<String> unknown(MappingNode mapping, RecordShape shape) {
        Set<String> unknown = Set.of();
        for (String key : mapping.keys()) {
            if (!shape.spellings().contains(key)) {
                if (unknown.isEmpty()) {
                    unknown = new LinkedHashSet<>();
                }
                unknown.add(key);
            }
        }
        return unknown;
    }

    /**
     * A record from the keys that it knows.
     *
     * @param rest the keys that go to its {@link Flat} slot
     */
    Record fields(MappingNode mapping, RecordShape shape, Set<String> rest) {
        return fields(mapping, shape, rest, false);
    }

    private Record fields(MappingNode mapping, RecordShape shape, Set<String> rest, boolean secret) {
        List<Object> values = new ArrayList<>(shape.components().size());
        boolean complete = true;
        for (RecordShape.Component component : shape.components()) {
            Object value = component.isFlat()
                    ? slots.flat(mapping, component, rest)
                    : field(mapping, component, secret || component.isSecret());
            values.add(value);
            complete &= value != null;
        }
        return complete ? made(mapping, shape, values) : null;
    }

    private Optional<MappingNode> mapping(Node node, RecordShape shape, boolean secret) {
        if (node instanceof MappingNode mapping) {
            return Optional.of(mapping);
        }
        if (node instanceof ScalarNode scalar) {
            if (scalar.isBroken()) {
                return Optional.empty();
            }
            if (shape.flat().isPresent() && !scalar.isNull()) {
                return Optional.of(SlotBinding.mappingOf(scalar));
            }
        }
        List<String> keys = shape.keys();
        problems.add(
                node.position(),
                "must be a mapping" + (keys.isEmpty() ? "" : " with the keys " + listed(keys))
                        + Wanted.got(node, secret) + (node.isNull() ? "; write {} for no keys" : ""));
        return Optional.empty();
    }

    /** The value of one component. */
    Object field(MappingNode mapping, RecordShape.Component component, boolean secret) {
        if (component.type() instanceof ValueType.Place) {
            return mapping.position();
        }
        MappingNode.Entry entry = mapping.entries().get(component.key());
        for (String alias : component.aliases()) {
            MappingNode.Entry other = mapping.entries().get(alias);
            if (other != null && entry != null) {
                problems.add(other.keyPosition(), "says the same as '" + component.key() + "'; remove one");
                return null;
            }
            entry = entry == null ? other : entry;
        }
        if (entry == null
                && component.defaultValue().isEmpty()
                && component.type().isOptional()) {
            return absent(component.type());
        }
        Wanted wanted = new Wanted(component.type(), component.constraint(), secret, entry == null);
        if (entry != null) {
            if (secret) {
                secretPaths.add(entry.value().position().path());
                problems.hide(entry.value());
            }
            return checked(entry.value(), wanted);
        }
        if (component.defaultValue().isPresent()) {
            Object known = defaults.values.get(component);
            if (known != null) {
                return known;
            }
            Object value = checked(
                    DefaultValue.under(
                            mapping, component.key(), component.defaultValue().get()),
                    wanted);
            if (value != null && Defaults.isSameEverywhere(component)) {
                defaults.values.put(component, value);
            }
            return value;
        }
        problems.add(KeyPath.below(mapping.position(), component.key()), "is required");
        return null;
    }

    private static Object absent(ValueType type) {
        if (type instanceof ValueType.OptionalOf) {
            return Optional.empty();
        }
        if (type instanceof ValueType.ListOf) {
            return List.of();
        }
        return type instanceof ValueType.SetOf ? (Object) Set.of() : Map.of();
    }

    private Object checked(Node node, Wanted wanted) {
        Object value = value(node, wanted);
        if (value == null) {
            return null;
        }
        Object inner = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        Optional<String> violation =
                inner == null ? Optional.empty() : wanted.constraint().violation(inner);
        violation.ifPresent(message ->
                wanted.report(problems, node, node instanceof ScalarNode ? message + wanted.got(node) : message));
        return violation.isPresent() ? null : value;
    }

    private Object value(Node node, Wanted wanted) {
        ValueType type = wanted.type();
        if (node instanceof ScalarNode scalar && scalar.isBroken()) {
            return null;
        }
        if (type instanceof ValueType.OptionalOf optional) {
            if (node.isNull()) {
                return Optional.empty();
            }
            Object value = value(node, wanted.of(optional.value()));
            return value == null ? null : Optional.of(value);
        }
        if (type instanceof ValueType.Single single) {
            return single(node, single.notation(), wanted);
        }
        if (type instanceof ValueType.Choice choice) {
            return choice(node, choice.type(), wanted);
        }
        if (type instanceof ValueType.Nested nested) {
            return record(node, shapes.of(nested.type()), wanted.secret());
        }
        if (type instanceof ValueType.ListOf list) {
            List<Object> items = items(node, wanted.of(list.item()));
            return items == null ? null : Collections.unmodifiableList(items);
        }
        if (type instanceof ValueType.SetOf set) {
            return set(node, wanted.of(set.item()));
        }
        if (type instanceof ValueType.MapOf map) {
            return map(node, wanted.of(map.value()));
        }
        if (type instanceof ValueType.SlotOf slot) {
            return slots.slot(node, slot.product(), wanted);
        }
        return raw(node, ((ValueType.Raw) type).type(), wanted);
    }

    private Object single(Node node, Notation<?> notation, Wanted wanted) {
        if (!(node instanceof ScalarNode scalar) || scalar.isNull()) {
            wanted.report(problems, node, "must be " + notation.expected() + wanted.got(node));
            return null;
        }
        Optional<?> value = notation.parser().apply(scalar.text(), scalar.directory());
        if (value.isEmpty()) {
            wanted.report(
                    problems,
                    node,
                    "must be " + notation.expected() + wanted.got(node)
                            + (wanted.mayHint(node) ? notation.hint(scalar.text()) : ""));
            return null;
        }
        if (value.get() instanceof String text) {
            Optional<String> mismatch = wanted.constraint().mismatch(text);
            if (mismatch.isPresent()) {
                wanted.report(problems, node, mismatch.get() + wanted.got(node));
                return null;
            }
        }
        return value.get();
    }

    private Object raw(Node node, Class<? extends Node> type, Wanted wanted) {
        if (type.isInstance(node)) {
            return node;
        }
        wanted.report(
                problems, node, "must be " + (type == MappingNode.class ? "a mapping" : "a list") + wanted.got(node));
        return null;
    }

    private Object choice(Node node, Class<? extends Enum<?>> type, Wanted wanted) {
        Optional<? extends Enum<?>> constant = node instanceof ScalarNode scalar && !scalar.isNull()
                ? Spelling.parse(scalar.text(), type)
                : Optional.empty();
        if (constant.isPresent()) {
            return constant.get();
        }
        List<String> words = Spelling.words(type);
        wanted.report(
                problems, node, "must be one of " + listed(words) + wanted.got(node) + wanted.suggestion(node, words));
        return null;
    }

    private List<Object> items(Node node, Wanted item) {
        List<Node> nodes;
        if (node instanceof SequenceNode sequence) {
            nodes = sequence.items();
        } else if (node.isNull()) {
            nodes = List.of();
        } else if (isOneItem(node, item.type())) {
            nodes = List.of(node);
        } else {
            item.report(
                    problems,
                    node,
                    "must be a list" + item.got(node)
                            + (node instanceof MappingNode ? "; begin each item with '- '" : ""));
            return null;
        }
        List<Object> values = new ArrayList<>(nodes.size());
        boolean complete = true;
        boolean mayBeKnown = item.type() instanceof ValueType.Nested && !item.secret();
        for (Node each : nodes) {
            Object value = mayBeKnown ? record(each, ((ValueType.Nested) item.type()).type()) : value(each, item);
            values.add(value);
            complete &= value != null;
        }
        return complete ? values : null;
    }

    /** A list of words, numbers or slots may be written without brackets if it has one item. */
    private static boolean isOneItem(Node node, ValueType item) {
        return node instanceof ScalarNode
                ? item instanceof ValueType.Single
                        || item instanceof ValueType.Choice
                        || item instanceof ValueType.SlotOf
                : item instanceof ValueType.SlotOf;
    }

    private Object set(Node node, Wanted item) {
        List<Object> items = items(node, item);
        if (items == null) {
            return null;
        }
        Set<Object> set = new LinkedHashSet<>();
        boolean complete = true;
        for (int i = 0; i < items.size(); i++) {
            if (!set.add(items.get(i))) {
                Node twice = ((SequenceNode) node).items().get(i);
                item.report(
                        problems, twice, (item.secret() ? "" : twice.describe() + " ") + "is listed twice; remove one");
                complete = false;
            }
        }
        return complete ? Collections.unmodifiableSet(set) : null;
    }

    private Object map(Node node, Wanted wanted) {
        if (node.isNull()) {
            return Map.of();
        }
        if (!(node instanceof MappingNode mapping)) {
            wanted.report(problems, node, "must be a mapping" + wanted.got(node));
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        boolean complete = true;
        for (Map.Entry<String, MappingNode.Entry> entry : mapping.entries().entrySet()) {
            Object value = value(entry.getValue().value(), wanted);
            values.put(entry.getKey(), value);
            complete &= value != null;
        }
        return complete ? Collections.unmodifiableMap(values) : null;
    }

    private Record made(MappingNode mapping, RecordShape shape, List<Object> values) {
        try {
            return shape.newRecord(values);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Error error) {
                throw error;
            }
            String key = cause instanceof InvalidConfig invalid ? invalid.key() : "";
            String message = cause instanceof InvalidConfig || cause instanceof IllegalArgumentException
                    ? String.valueOf(cause.getMessage())
                    : "is refused by " + shape.type().getName() + ": " + cause;
            problems.addForeign(place(mapping, shape, key), message);
            return null;
        }
    }

    /** Where a key's value is written, or where the mapping begins. */
    private static Position place(MappingNode mapping, RecordShape shape, String key) {
        if (key.isEmpty()) {
            return mapping.position();
        }
        List<String> spellings = new ArrayList<>(List.of(key));
        shape.component(key).ifPresent(component -> {
            spellings.add(component.key());
            spellings.addAll(component.aliases());
        });
        for (String spelling : spellings) {
            Optional<Node> written = mapping.value(spelling);
            if (written.isPresent()) {
                return written.get().position();
            }
        }
        return KeyPath.below(mapping.position(), key);
    }

    private static String unknownKey(String key, RecordShape shape) {
        String hint = Suggestion.hint(key, shape.spellings());
        if (!hint.isEmpty()) {
            return "unknown key" + hint;
        }
        return shape.keys().isEmpty()
                ? "unknown key; no keys can stand here"
                : "unknown key; known here: " + listed(shape.keys());
    }

    private static String listed(List<String> words) {
        return words.size() <= LISTED_KEYS
                ? String.join(", ", words)
                : String.join(", ", words.subList(0, LISTED_KEYS)) + ", …";
    }
}

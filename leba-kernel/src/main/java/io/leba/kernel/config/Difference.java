package io.leba.kernel.config;

import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between two bound records, a line for each key in the words of the configuration: {@code pool.max_idle: 256 →
 * 16}. Places do not count. A secret is never shown, and what a variable filled in shows as the variable.
 */
public final class Difference {
    private static final String NONE = "none";

    private final RecordShape.Cache shapes = new RecordShape.Cache();
    private final Map<String, String> variablesBefore;
    private final Map<String, String> variablesAfter;
    private final Set<Class<?>> passedOver;

    /**
     * @param variablesBefore {@link ConfigDocument#variables()} of the document that the first records come from
     * @param variablesAfter the same of the second
     * @param passedOver records that are compared elsewhere, where they stand inside others
     */
    public Difference(
            Map<String, String> variablesBefore, Map<String, String> variablesAfter, Set<Class<?>> passedOver) {
        this.variablesBefore = variablesBefore;
        this.variablesAfter = variablesAfter;
        this.passedOver = passedOver;
    }

    /**
     * A bound record with its place.
     *
     * @param record the record
     * @param path where it stands in its document
     */
    public record Placed(Record record, String path) {}

    /** A value at the same key in both. */
    private record Two(Object before, Object after, String pathBefore, String pathAfter) {
        boolean isSame() {
            return Objects.equals(before, after);
        }

        Two with(Object first, Object second) {
            return new Two(first, second, pathBefore, pathAfter);
        }

        Two item(Object first, Object second, int index) {
            return new Two(first, second, itemPath(pathBefore, index, first), itemPath(pathAfter, index, second));
        }
    }

    /**
     * The lines.
     *
     * @param without keys that are left out, of the records themselves
     */
    public List<String> between(Placed before, Placed after, Set<String> without) {
        List<String> lines = new ArrayList<>();
        Two two = new Two(before.record(), after.record(), before.path(), after.path());
        if (before.record().getClass() == after.record().getClass()) {
            record("", two, without, false, lines);
        } else {
            lines.add("made by another version of its plugin");
        }
        return lines;
    }

    /** What a record of the second document says, on one line. */
    public String shown(Placed placed) {
        return fields(placed.record(), placed.path(), variablesAfter);
    }

    /** What a record of the first document says, on one line. */
    public String shownBefore(Placed placed) {
        return fields(placed.record(), placed.path(), variablesBefore);
    }

    /** Whether all that records of a class can say is passed over. */
    public boolean isPassedOver(Class<? extends Record> type) {
        return shapes.of(type).components().stream()
                .filter(RecordShape.Component::isKey)
                .allMatch(component -> isPassedOver(component.type()));
    }

    private boolean isPassedOver(ValueType type) {
        return RecordShape.nested(type).filter(passedOver::contains).isPresent();
    }

    private void record(String key, Two two, Set<String> without, boolean secret, List<String> lines) {
        RecordShape shape = shapes.of(two.before().getClass().asSubclass(Record.class));
        for (RecordShape.Component component : shape.components()) {
            Object before = shape.read(component, (Record) two.before());
            Object after = shape.read(component, (Record) two.after());
            boolean isHidden = secret || component.isSecret();
            if (component.isFlat()) {
                slot(key, two.with(before, after), isHidden, lines);
            } else if (component.isKey() && !without.contains(component.key()) && !isPassedOver(component.type())) {
                String below = key.isEmpty() ? component.key() : KeyPath.key(key, component.key());
                Two inner = new Two(
                        before,
                        after,
                        keyPath(two.pathBefore(), component, variablesBefore),
                        keyPath(two.pathAfter(), component, variablesAfter));
                value(below, component.type(), inner, isHidden, lines);
            }
        }
    }

    private void value(String key, ValueType type, Two two, boolean secret, List<String> lines) {
        if (two.isSame()) {
            return;
        }
        if (type instanceof ValueType.OptionalOf optional) {
            Object before = ((Optional<?>) two.before()).orElse(null);
            Object after = ((Optional<?>) two.after()).orElse(null);
            if (before == null || after == null) {
                String shown = secret
                        ? Redaction.HIDDEN
                        : before == null
                                ? text(optional.value(), after, two.pathAfter(), variablesAfter)
                                : text(optional.value(), before, two.pathBefore(), variablesBefore);
                lines.add(before == null ? key + ": " + NONE + " → " + shown : key + ": " + shown + " → " + NONE);
            } else {
                value(key, optional.value(), two.with(before, after), secret, lines);
            }
        } else if (type instanceof ValueType.Nested) {
            record(key, two, Set.of(), secret, lines);
        } else if (type instanceof ValueType.SlotOf) {
            slot(key, two, secret, lines);
        } else if (type instanceof ValueType.MapOf map) {
            map(key, map.value(), two, secret, lines);
        } else if (type instanceof ValueType.ListOf list && holdsRecords(list.item())) {
            list(key, list.item(), two, secret, lines);
        } else if (secret) {
            lines.add(key + ": " + Redaction.HIDDEN + " changed");
        } else {
            String before = text(type, two.before(), two.pathBefore(), variablesBefore);
            String after = text(type, two.after(), two.pathAfter(), variablesAfter);
            lines.add(key + ": " + (before.equals(after) ? after + " has another value" : before + " → " + after));
        }
    }

    private static boolean holdsRecords(ValueType item) {
        return item instanceof ValueType.Nested || item instanceof ValueType.SlotOf;
    }

    private void slot(String key, Two two, boolean secret, List<String> lines) {
        if (two.isSame()) {
            return;
        }
        Slot<?> before = (Slot<?>) two.before();
        Slot<?> after = (Slot<?>) two.after();
        String label = key.isEmpty() ? "type" : key;
        if (!before.type().equals(after.type())) {
            lines.add(label + ": " + before.type() + " → " + after.type());
        } else if (before.config().getClass() != after.config().getClass()
                || before.config().equals(after.config())) {
            lines.add(label + ": made by another version of its plugin");
        } else {
            record(key, two.with(before.config(), after.config()), Set.of(), secret, lines);
        }
    }

    private void map(String key, ValueType type, Two two, boolean secret, List<String> lines) {
        Map<?, ?> before = (Map<?, ?>) two.before();
        Map<?, ?> after = (Map<?, ?>) two.after();
        Set<Object> keys = new LinkedHashSet<>(before.keySet());
        keys.addAll(after.keySet());
        ValueType optional = new ValueType.OptionalOf(type);
        for (Object each : keys) {
            value(
                    KeyPath.key(key, (String) each),
                    optional,
                    new Two(
                            Optional.ofNullable(before.get(each)),
                            Optional.ofNullable(after.get(each)),
                            KeyPath.key(two.pathBefore(), (String) each),
                            KeyPath.key(two.pathAfter(), (String) each)),
                    secret,
                    lines);
        }
    }

    private void list(String key, ValueType item, Two two, boolean secret, List<String> lines) {
        List<?> before = (List<?>) two.before();
        List<?> after = (List<?>) two.after();
        if (before.size() != after.size()) {
            lines.add(key + ": " + count(before.size()) + " → " + count(after.size()));
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            value(KeyPath.item(key, i, ""), item, two.item(before.get(i), after.get(i), i), secret, lines);
        }
    }

    private static String count(int entries) {
        return entries == 0 ? NONE : entries == 1 ? "1 entry" : entries + " entries";
    }

    /** Where a key's value stands, under whichever of its spellings. */
    private static String keyPath(String path, RecordShape.Component component, Map<String, String> variables) {
        for (String alias : component.aliases()) {
            String other = KeyPath.key(path, alias);
            if (variables.keySet().stream().anyMatch(one -> one.startsWith(other))) {
                return other;
            }
        }
        return KeyPath.key(path, component.key());
    }

    /** Where an item of a list stands: it knows it itself, or has a name, or is counted. */
    private static String itemPath(String path, int index, Object item) {
        if (item instanceof Slot<?> slot) {
            return slot.position().path();
        }
        if (item instanceof Record record) {
            RecordShape shape = RecordShape.of(record.getClass());
            for (RecordShape.Component component : shape.components()) {
                if (component.type() instanceof ValueType.Place) {
                    return ((Position) shape.read(component, record)).path();
                }
            }
        }
        return KeyPath.item(path, index, "");
    }

    private String text(ValueType type, Object value, String path, Map<String, String> variables) {
        String written = variables.get(path);
        if (written != null) {
            return Shown.excerpt(written);
        }
        if (value instanceof Slot<?> slot) {
            return slot.type();
        }
        if (value instanceof Collection<?> items) {
            return items(type, items, path, variables);
        }
        if (value instanceof Record record && type instanceof ValueType.Nested) {
            return fields(record, path, variables);
        }
        if (value instanceof Map<?, ?> map) {
            return count(map.size());
        }
        return scalar(type, value);
    }

    private String items(ValueType type, Collection<?> items, String path, Map<String, String> variables) {
        ValueType item = type instanceof ValueType.SetOf set ? set.item() : ((ValueType.ListOf) type).item();
        if (holdsRecords(item)) {
            return count(items.size());
        }
        List<String> texts = new ArrayList<>();
        for (Object each : items) {
            texts.add(text(item, each, KeyPath.item(path, texts.size(), ""), variables));
        }
        return "[" + String.join(", ", texts) + "]";
    }

    /** The keys that have a value. */
    private String fields(Record record, String path, Map<String, String> variables) {
        RecordShape shape = shapes.of(record.getClass());
        List<String> texts = new ArrayList<>();
        for (RecordShape.Component component : shape.components()) {
            Object value = shape.read(component, record);
            boolean isAbsent = value instanceof Optional<?> optional && optional.isEmpty()
                    || value instanceof Collection<?> items && items.isEmpty()
                    || value instanceof Map<?, ?> map && map.isEmpty();
            if (component.isFlat()) {
                texts.add("type: " + ((Slot<?>) value).type());
            } else if (component.isKey() && !isAbsent) {
                ValueType type =
                        component.type() instanceof ValueType.OptionalOf optional ? optional.value() : component.type();
                Object inner = value instanceof Optional<?> optional ? optional.orElseThrow() : value;
                String below = keyPath(path, component, variables);
                texts.add(component.key() + ": "
                        + (component.isSecret() ? Redaction.HIDDEN : text(type, inner, below, variables)));
            }
        }
        return "{" + String.join(", ", texts) + "}";
    }

    private static String scalar(ValueType type, Object value) {
        if (type instanceof ValueType.Single single) {
            String text = format(single.notation(), value);
            return text.isEmpty() ? "\"\"" : value instanceof Path ? Shown.text(text) : Shown.excerpt(text);
        }
        return value instanceof Enum<?> constant
                ? Spelling.of(constant)
                : value instanceof Node node ? node.describe() : Shown.excerpt(String.valueOf(value));
    }

    private static <T> String format(Notation<T> notation, Object value) {
        @SuppressWarnings("unchecked")
        T typed = (T) value;
        return notation.format().apply(typed);
    }
}

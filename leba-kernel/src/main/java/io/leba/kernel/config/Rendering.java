package io.leba.kernel.config;

import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way back: the nodes that a bound record could have been bound from, every value in its shortest notation. */
final class Rendering {
    private static final Path NOWHERE = Path.of("").toAbsolutePath();

    private final RecordShape.Cache shapes = new RecordShape.Cache();
    private final boolean showsSecrets;

    private Rendering(boolean showsSecrets) {
        this.showsSecrets = showsSecrets;
    }

    /** With all secrets: binding the result gives an equal record. Never for people's eyes. */
    static MappingNode complete(Record record) {
        return new Rendering(true).record(record, "");
    }

    /** With {@link Redaction#HIDDEN} for every secret. */
    static MappingNode redacted(Record record) {
        return new Rendering(false).record(record, "");
    }

    private MappingNode record(Record record, String path) {
        Map<String, MappingNode.Entry> entries = new LinkedHashMap<>();
        fill(entries, record, path);
        return new MappingNode(at(path), NOWHERE, entries);
    }

    private void fill(Map<String, MappingNode.Entry> entries, Record record, String path) {
        RecordShape shape = shapes.of(record.getClass());
        for (RecordShape.Component component : shape.components()) {
            Object value = shape.read(component, record);
            if (component.isFlat()) {
                fillSlot(entries, (Slot<?>) value, path);
            } else if (component.isKey() && !isEmpty(value)) {
                String below = KeyPath.key(path, component.key());
                Node node = component.isSecret() && !showsSecrets
                        ? scalar(Redaction.HIDDEN, ScalarNode.Style.QUOTED, below)
                        : value(component.type(), value, below);
                entries.put(component.key(), new MappingNode.Entry(at(below), node));
            }
        }
    }

    private void fillSlot(Map<String, MappingNode.Entry> entries, Slot<?> slot, String path) {
        String below = KeyPath.key(path, "type");
        entries.put("type", new MappingNode.Entry(at(below), scalar(slot.type(), ScalarNode.Style.QUOTED, below)));
        fill(entries, slot.config(), path);
    }

    private Node value(ValueType type, Object value, String path) {
        if (type instanceof ValueType.OptionalOf optional) {
            return value(optional.value(), ((Optional<?>) value).orElseThrow(), path);
        }
        if (type instanceof ValueType.Single single) {
            ScalarNode.Style style =
                    value instanceof String || value instanceof Path ? ScalarNode.Style.QUOTED : ScalarNode.Style.PLAIN;
            return scalar(text(single.notation(), value), style, path);
        }
        if (type instanceof ValueType.Choice) {
            return scalar(Spelling.of((Enum<?>) value), ScalarNode.Style.QUOTED, path);
        }
        if (type instanceof ValueType.Nested) {
            return record((Record) value, path);
        }
        if (type instanceof ValueType.ListOf list) {
            return sequence(list.item(), (Collection<?>) value, path);
        }
        if (type instanceof ValueType.SetOf set) {
            return sequence(set.item(), (Collection<?>) value, path);
        }
        if (type instanceof ValueType.MapOf map) {
            return mapping(map.value(), (Map<?, ?>) value, path);
        }
        if (type instanceof ValueType.SlotOf) {
            Map<String, MappingNode.Entry> entries = new LinkedHashMap<>();
            fillSlot(entries, (Slot<?>) value, path);
            return new MappingNode(at(path), NOWHERE, entries);
        }
        return ((Node) value).at(path);
    }

    private Node sequence(ValueType type, Collection<?> values, String path) {
        List<Node> items = new ArrayList<>();
        for (Object value : values) {
            items.add(value(type, value, path));
        }
        return new SequenceNode(at(path), NOWHERE, items).at(path);
    }

    private Node mapping(ValueType type, Map<?, ?> values, String path) {
        Map<String, MappingNode.Entry> entries = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            String below = KeyPath.key(path, (String) key);
            entries.put((String) key, new MappingNode.Entry(at(below), value(type, value, below)));
        });
        return new MappingNode(at(path), NOWHERE, entries);
    }

    private static <T> String text(Notation<T> notation, Object value) {
        @SuppressWarnings("unchecked")
        T typed = (T) value;
        return notation.format().apply(typed);
    }

    private static ScalarNode scalar(String text, ScalarNode.Style style, String path) {
        return new ScalarNode(at(path), NOWHERE, text, text.replace("${", "$${"), style);
    }

    private static Position at(String path) {
        return new Position("", 0, 0, path);
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Optional<?> optional && optional.isEmpty();
    }
}

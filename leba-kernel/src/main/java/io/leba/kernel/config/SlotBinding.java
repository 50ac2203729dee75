package io.leba.kernel.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Fills slots: finds the provider and has its record bound. Methods return null after they have reported why. */
final class SlotBinding {
    /** The key that names the provider. */
    static final String TYPE = "type";

    private final SlotResolver resolver;
    private final RecordShape.Cache shapes;
    private final Problems problems;
    private final Binding records;

    SlotBinding(SlotResolver resolver, RecordShape.Cache shapes, Problems problems, Binding records) {
        this.resolver = resolver;
        this.shapes = shapes;
        this.problems = problems;
        this.records = records;
    }

    /** A word as the mapping that it stands for. */
    static MappingNode mappingOf(ScalarNode word) {
        return new MappingNode(
                word.position(), word.directory(), Map.of(TYPE, new MappingNode.Entry(word.position(), word)));
    }

    /** The slot that a word or a mapping fills. */
    BoundSlot<?> slot(Node node, Class<?> product, Wanted wanted) {
        if (node instanceof MappingNode mapping) {
            return filled(mapping, product, mapping.without(List.of(TYPE)), wanted);
        }
        if (node instanceof ScalarNode scalar && !scalar.isNull()) {
            return filled(scalar, product, scalar, MappingNode.emptyAt(scalar), wanted);
        }
        wanted.report(
                problems,
                node,
                "must name a " + Products.name(product) + ", alone or as 'type' of a mapping" + wanted.got(node)
                        + installed(product));
        return null;
    }

    /**
     * The slot that a mapping fills beside the keys of a record.
     *
     * @param rest the keys that the record does not know
     */
    BoundSlot<?> flat(MappingNode mapping, RecordShape.Component component, Set<String> rest) {
        ValueType.SlotOf slot = (ValueType.SlotOf) component.type();
        Set<String> others = new LinkedHashSet<>(mapping.keys());
        others.removeAll(rest);
        others.add(TYPE);
        Wanted wanted = new Wanted(slot, component.constraint(), component.isSecret(), false);
        return filled(mapping, slot.product(), mapping.without(others), wanted);
    }

    private BoundSlot<?> filled(MappingNode mapping, Class<?> product, MappingNode config, Wanted wanted) {
        Node type = mapping.value(TYPE).orElse(null);
        if (type instanceof ScalarNode word && !word.isNull()) {
            return word.isBroken() ? null : filled(mapping, product, word, config, wanted);
        }
        problems.add(
                type == null ? KeyPath.below(mapping.position(), TYPE) : type.position(),
                (type == null ? "is required" : "must be a word, got " + type.describe()) + installed(product));
        return null;
    }

    private <T> BoundSlot<T> filled(Node place, Class<T> product, ScalarNode word, MappingNode config, Wanted wanted) {
        Optional<SlotTarget> target = resolver.resolve(product, word.text());
        if (target.isEmpty()) {
            wanted.report(
                    problems,
                    word,
                    "no installed plugin provides " + Products.name(product) + " " + word.describe()
                            + installed(product) + wanted.suggestion(word, resolver.types(product)));
            return null;
        }
        RecordShape shape = shapes.of(target.get().configType());
        if (shape.component(TYPE).isPresent()) {
            throw new RecordDefect(
                    shape.type(), "key 'type' names the provider itself and cannot belong to its record");
        }
        Record bound = records.record(config, shape, wanted.secret());
        return bound == null ? null : new BoundSlot<>(product, word.text(), target.get(), bound, place.position());
    }

    private String installed(Class<?> product) {
        List<String> types = resolver.types(product);
        return types.isEmpty() ? "; none is installed" : "; installed: " + String.join(", ", types);
    }
}

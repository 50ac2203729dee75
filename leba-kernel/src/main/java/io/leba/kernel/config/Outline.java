package io.leba.kernel.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the whole configuration document consists of: which records are bound where, and what can fill slots. The reference
 * and the JSON Schema are generated from it.
 *
 * @param sections the root, and the root keys that the kernel looks at itself
 * @param choices what can fill slots
 */
public record Outline(List<Section> sections, List<Choice> choices) {
    /** The owner of the kernel's own records. */
    public static final String KERNEL = "kernel";

    /**
     * A mapping, or a list of mappings, whose keys come from several records.
     *
     * @param path empty for the root; {@code routing_rules[]} for a list's items; {@code cluster} for a mapping
     * @param title a heading
     * @param text one or two sentences
     * @param parts whose keys stand in it
     */
    public record Section(String path, String title, String text, List<Part> parts) {
        /** Keeps a copy of the parts. */
        public Section {
            parts = List.copyOf(parts);
        }

        /** The root key that the section describes; empty for the root. */
        String key() {
            return isList() ? path.substring(0, path.length() - 2) : path;
        }

        /** Whether it describes each item of a list. */
        boolean isList() {
            return path.endsWith("[]");
        }
    }

    /**
     * A record that stands in a section.
     *
     * @param owner who reads it: {@link #KERNEL}, or a plugin's id
     * @param key the key under which the record is written; empty if its keys are keys of the section
     * @param when under which condition it can stand there; empty: always
     * @param type the record
     */
    public record Part(String owner, String key, Optional<Condition> when, Class<? extends Record> type) {
        /** Keys of the section itself. */
        public static Part of(String owner, Class<? extends Record> type) {
            return new Part(owner, "", Optional.empty(), type);
        }

        /** A record under a key of its own. */
        public static Part under(String key, String owner, Class<? extends Record> type) {
            return new Part(owner, key, Optional.empty(), type);
        }

        /** The same, only where another key has one of some values. */
        public Part when(String conditionKey, List<String> values) {
            return new Part(owner, key, Optional.of(new Condition(conditionKey, values)), type);
        }
    }

    /** Holds where {@code key} has one of {@code values}. */
    public record Condition(String key, List<String> values) {
        /** Keeps a copy of the values. */
        public Condition {
            values = List.copyOf(values);
        }
    }

    /**
     * A provider that can fill slots of a product.
     *
     * @param product what it makes
     * @param type the word in YAML
     * @param owner the plugin's id
     * @param config the record of its keys
     */
    public record Choice(Class<?> product, String type, String owner, Class<? extends Record> config) {}

    /** Keeps copies; there must be one root section. */
    public Outline {
        sections = List.copyOf(sections);
        choices = List.copyOf(choices);
        if (sections.stream().filter(section -> section.path().isEmpty()).count() != 1) {
            throw new IllegalArgumentException("there must be one root section");
        }
    }

    /** The choices for a product, in the order given. */
    List<Choice> choicesFor(Class<?> product) {
        return choices.stream().filter(choice -> choice.product() == product).toList();
    }

    /** The products that can be chosen, in the order of their first choice. */
    List<Class<?>> products() {
        List<Class<?>> products = new ArrayList<>();
        for (Choice choice : choices) {
            if (!products.contains(choice.product())) {
                products.add(choice.product());
            }
        }
        return products;
    }

    /** All records, those inside others too. */
    Set<Class<? extends Record>> records() {
        Set<Class<? extends Record>> found = new LinkedHashSet<>();
        sections.forEach(section -> section.parts().forEach(part -> collect(part.type(), found)));
        choices.forEach(choice -> collect(choice.config(), found));
        return found;
    }

    private static void collect(Class<? extends Record> type, Set<Class<? extends Record>> found) {
        if (found.add(type)) {
            for (RecordShape.Component component : RecordShape.of(type).components()) {
                RecordShape.nested(component.type()).ifPresent(inner -> collect(inner, found));
            }
        }
    }

    /** The choices as a binder sees them. */
    SlotResolver resolver() {
        return new SlotResolver() {
            @Override
            public Optional<SlotTarget> resolve(Class<?> product, String type) {
                return choicesFor(product).stream()
                        .filter(choice -> choice.type().equals(type))
                        .findFirst()
                        .map(choice -> new SlotTarget(choice.config(), choice.owner()));
            }

            @Override
            public List<String> types(Class<?> product) {
                return choicesFor(product).stream().map(Choice::type).sorted().toList();
            }
        };
    }
}

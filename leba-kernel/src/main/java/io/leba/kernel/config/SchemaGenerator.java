package io.leba.kernel.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Inline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Writes a JSON Schema (draft 2020-12) of the whole document, for editors. It knows keys, types, words, and ranges of
 * numbers; the binder knows more (ranges of durations, what fits together) and takes a few more spellings of a word. The
 * same outline gives the same text.
 */
public final class SchemaGenerator {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String CLOSED = "unevaluatedProperties";

    private final Outline outline;
    private final SchemaTypes types;
    private final Map<Class<?>, String> names = new LinkedHashMap<>();
    private final ObjectNode definitions = JSON.objectNode();

    private SchemaGenerator(Outline outline) {
        this.outline = outline;
        this.types = new SchemaTypes(this::recordReference, this::slotReference);
    }

    /**
     * The schema, as indented JSON.
     *
     * @throws RecordDefect if a key is not documented, or a default or an example cannot be bound
     */
    public static String json(Outline outline) {
        Documented.check(outline);
        ObjectNode schema = new SchemaGenerator(outline).document();
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                .withArrayIndenter(new DefaultIndenter("  ", "\n"));
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode document() {
        Outline.Section root = outline.sections().stream()
                .filter(section -> section.path().isEmpty())
                .findFirst()
                .orElseThrow();
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "LEBA configuration");
        schema.setAll(section(root));
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.set(Reading.INCLUDE, SchemaTypes.oneOrMore(JSON.objectNode().put("type", "string")));
        for (Outline.Section section : outline.sections()) {
            if (!section.path().isEmpty()) {
                properties.set(section.key(), attached(section));
            }
        }
        schema.putObject("patternProperties").putObject("^" + Reading.SHELF);
        schema.set("$defs", types.definitions().setAll(definitions));
        return schema;
    }

    private ObjectNode attached(Outline.Section section) {
        String name = section.key();
        definitions.set(name, section(section));
        ObjectNode value = reference(name);
        if (section.isList()) {
            ObjectNode list = JSON.objectNode();
            list.putArray("type").add("array").add("null");
            list.set("items", value);
            value = list;
        }
        return value.put("description", section.text());
    }

    private ObjectNode section(Outline.Section section) {
        ObjectNode schema = object(section.text());
        ArrayNode conditional = JSON.arrayNode();
        for (Outline.Part part : section.parts()) {
            ObjectNode target = part.when().isEmpty() ? schema : JSON.objectNode();
            add(target, part);
            part.when().ifPresent(condition -> conditional.add(onlyIf(condition, target)));
        }
        if (!conditional.isEmpty()) {
            schema.set("allOf", conditional);
        }
        return schema.put(CLOSED, false);
    }

    private void add(ObjectNode target, Outline.Part part) {
        if (part.key().isEmpty()) {
            addKeys(target, RecordShape.of(part.type()));
        } else {
            properties(target).set(part.key(), recordReference(part.type()));
        }
    }

    /** Adds the keys of a record to an object's schema. */
    private void addKeys(ObjectNode schema, RecordShape shape) {
        for (RecordShape.Component component : shape.components()) {
            if (component.isKey()) {
                properties(schema).set(component.key(), types.component(component));
                component.aliases().forEach(alias -> properties(schema).set(alias, types.component(component)));
            }
        }
        List<String> required = required(shape);
        if (required.isEmpty()) {
            return;
        }
        if (shape.type().isAnnotationPresent(Inline.class)) {
            // The record is made, and its required keys are required, once one of its keys is written.
            for (String key : shape.keys()) {
                List<String> others =
                        required.stream().filter(other -> !other.equals(key)).toList();
                if (!others.isEmpty()) {
                    ArrayNode all =
                            schema.withObjectProperty("dependentRequired").putArray(key);
                    others.forEach(all::add);
                }
            }
        } else {
            ArrayNode all = schema.withArrayProperty("required");
            required.forEach(all::add);
        }
    }

    /** The keys that have to be written; one with several spellings is not among them, since a schema cannot say it. */
    private static List<String> required(RecordShape shape) {
        return shape.components().stream()
                .filter(RecordShape.Component::isKey)
                .filter(component -> component.defaultValue().isEmpty()
                        && !component.type().isOptional()
                        && component.aliases().isEmpty())
                .map(RecordShape.Component::key)
                .toList();
    }

    /** A reference to the schema of a record. */
    private ObjectNode recordReference(Class<? extends Record> type) {
        String known = names.get(type);
        if (known != null) {
            return reference(known);
        }
        String name = definitionName(type);
        names.put(type, name);
        RecordShape shape = RecordShape.of(type);
        Doc doc = type.getAnnotation(Doc.class);
        ObjectNode schema = object(doc == null ? "" : doc.value());
        definitions.set(name, schema);
        addKeys(schema, shape);
        Optional<Class<?>> product = shape.flat().map(flat -> ((ValueType.SlotOf) flat.type()).product());
        product.ifPresent(made -> addChoices(schema, made));
        schema.put(CLOSED, false);
        if (product.isPresent() && schema.path("required").size() == 1) {
            definitions.set(name, wordOr(schema, product.get()));
        }
        return reference(name);
    }

    /** A reference to the schema of what fills a slot. */
    private ObjectNode slotReference(Class<?> product) {
        String known = names.get(product);
        if (known != null) {
            return reference(known);
        }
        String name = definitionName(product);
        names.put(product, name);
        ObjectNode mapping = object("");
        addChoices(mapping, product);
        mapping.put(CLOSED, false);
        definitions.set(name, wordOr(mapping, product));
        return reference(name);
    }

    /** A mapping, or the bare word that stands for a mapping with nothing but the type. */
    private ObjectNode wordOr(ObjectNode mapping, Class<?> product) {
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf")
                .add(words(
                        product,
                        choice -> required(RecordShape.of(choice.config())).isEmpty()))
                .add(mapping);
        return either;
    }

    /** Adds {@code type} and, for each provider, its keys. */
    private void addChoices(ObjectNode schema, Class<?> product) {
        properties(schema).set("type", words(product, choice -> true));
        schema.withArrayProperty("required").add("type");
        ArrayNode conditional = schema.withArrayProperty("allOf");
        for (Outline.Choice choice : outline.choicesFor(product)) {
            ObjectNode keys = JSON.objectNode();
            addKeys(keys, RecordShape.of(choice.config()));
            if (!keys.isEmpty()) {
                conditional.add(onlyIf(new Outline.Condition("type", List.of(choice.type())), keys));
            }
        }
        if (conditional.isEmpty()) {
            schema.remove("allOf");
        }
    }

    private ObjectNode words(Class<?> product, Predicate<Outline.Choice> wanted) {
        ObjectNode words = JSON.objectNode();
        ArrayNode values = words.putArray("enum");
        outline.choicesFor(product).stream().filter(wanted).forEach(choice -> values.add(choice.type()));
        return words;
    }

    private static ObjectNode onlyIf(Outline.Condition condition, ObjectNode then) {
        ObjectNode schema = JSON.objectNode();
        ObjectNode test = schema.putObject("if");
        ArrayNode values =
                test.putObject("properties").putObject(condition.key()).putArray("enum");
        condition.values().forEach(values::add);
        test.putArray("required").add(condition.key());
        schema.set("then", then);
        return schema;
    }

    private String definitionName(Class<?> type) {
        String simple = type.getSimpleName();
        String name = simple;
        for (int i = 2; names.containsValue(name) || definitions.has(name); i++) {
            name = simple + i;
        }
        return name;
    }

    private static ObjectNode object(String description) {
        ObjectNode schema = JSON.objectNode();
        if (!description.isEmpty()) {
            schema.put("description", description);
        }
        schema.put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private static ObjectNode properties(ObjectNode schema) {
        return schema.withObjectProperty("properties");
    }

    static ObjectNode reference(String definition) {
        return JSON.objectNode().put("$ref", "#/$defs/" + definition);
    }
}

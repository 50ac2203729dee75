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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a JSON Schema (draft 2020-12) of the whole document, for editors. Whatever it accepts in type and range, the
 * binder does; it is a little stricter where the binder takes several spellings of one value, and knows nothing of what
 * records check in their constructors. The same outline gives the same text.
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
        List<String> required = new ArrayList<>();
        for (RecordShape.Component component : shape.components()) {
            if (component.isKey()) {
                properties(schema).set(component.key(), types.component(component));
                component.aliases().forEach(alias -> properties(schema).set(alias, types.component(component)));
                if (component.defaultValue().isEmpty()
                        && !component.type().isOptional()
                        && component.aliases().isEmpty()) {
                    required.add(component.key());
                }
            }
        }
        if (shape.type().isAnnotationPresent(Inline.class)) {
            for (String key : required.isEmpty() ? List.<String>of() : shape.keys()) {
                ArrayNode others =
                        schema.withObjectProperty("dependentRequired").putArray(key);
                required.stream().filter(other -> !other.equals(key)).forEach(others::add);
            }
        } else if (!required.isEmpty()) {
            ArrayNode all = schema.withArrayProperty("required");
            required.forEach(all::add);
        }
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
            // The bare word stands for a mapping with nothing but the type.
            ObjectNode either = JSON.objectNode();
            either.putArray("anyOf").add(words(product.get())).add(schema.deepCopy());
            definitions.set(name, either);
        }
        return reference(name);
    }

    /** A reference to the schema of what fills a slot. */
    private ObjectNode slotReference(Class<?> product) {
        String name = definitionName(product);
        if (names.put(product, name) == null) {
            ObjectNode mapping = object("");
            addChoices(mapping, product);
            mapping.put(CLOSED, false);
            ObjectNode either = JSON.objectNode();
            either.putArray("anyOf").add(words(product)).add(mapping);
            definitions.set(name, either);
        }
        return reference(name);
    }

    /** Adds {@code type} and, for each provider, its keys. */
    private void addChoices(ObjectNode schema, Class<?> product) {
        properties(schema).set("type", words(product));
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

    private ObjectNode words(Class<?> product) {
        ObjectNode words = JSON.objectNode();
        ArrayNode values = words.putArray("enum");
        outline.choicesFor(product).forEach(choice -> values.add(choice.type()));
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

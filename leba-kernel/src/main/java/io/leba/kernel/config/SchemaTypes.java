package io.leba.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leba.spi.config.Doc;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The JSON Schema of single values. Every value may be a text with a variable instead, which editors cannot fill in. */
final class SchemaTypes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Map<Notation<?>, String> NAMES = new LinkedHashMap<>();
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,15}\\.[0-9]{1,15}");

    /** What Java's regular expressions have beyond those of JSON Schema. */
    private static final Pattern JAVA_ONLY = Pattern.compile("\\(\\?[^:=!]|\\\\[pPQEAzZGhHRXkx]|[*+?}]\\+|&&");

    static {
        NAMES.put(Notation.DURATION, "duration");
        NAMES.put(Notation.SIZE, "size");
        NAMES.put(Notation.RATE, "rate");
    }

    private final Function<Class<? extends Record>, ObjectNode> records;
    private final Function<Class<?>, ObjectNode> slots;

    /**
     * The types of components.
     *
     * @param records the schema of a record
     * @param slots the schema of what fills a slot of a product
     */
    SchemaTypes(Function<Class<? extends Record>, ObjectNode> records, Function<Class<?>, ObjectNode> slots) {
        this.records = records;
        this.slots = slots;
    }

    /** The definitions that all schemas refer to. */
    ObjectNode definitions() {
        ObjectNode definitions = JSON.objectNode();
        definitions.set("variable", pattern("\\$\\{.+\\}"));
        definitions.set(
                "duration",
                anyOf(
                        constant(0),
                        pattern("^(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?([0-9]+us)?([0-9]+ns)?$"),
                        constant("0")));
        definitions.set(
                "size",
                anyOf(
                        JSON.objectNode().put("type", "integer").put("minimum", 0),
                        pattern("^[0-9]+ *([KMGkmg]?[Bb]|[KMGkmg][Ii][Bb])?$")));
        definitions.set("rate", pattern("^[1-9][0-9]* */ *[0-9]*(d|h|m|s|ms|us|ns)$"));
        return definitions;
    }

    /** The schema of a component's value. */
    ObjectNode component(RecordShape.Component component) {
        ObjectNode schema = value(component.type(), component.constraint());
        String limits = component.constraint().limits();
        String range =
                limits.isEmpty() ? "" : " Range: " + limits + component.type().measure() + ".";
        component.doc().map(Doc::value).ifPresent(text -> schema.put("description", text + range));
        component.defaultValue().ifPresent(value -> schema.set("default", json(value)));
        component
                .doc()
                .map(Doc::example)
                .filter(example -> !example.isEmpty())
                .flatMap(DefaultValue::parse)
                .ifPresent(example -> schema.putArray("examples").add(json(example)));
        if (component.isSecret()) {
            schema.put("writeOnly", true);
        }
        return schema;
    }

    private ObjectNode value(ValueType type, Constraint constraint) {
        if (type instanceof ValueType.OptionalOf optional) {
            return nullable(value(optional.value(), constraint));
        }
        if (type instanceof ValueType.Single single) {
            return single(single.notation(), constraint);
        }
        if (type instanceof ValueType.Choice choice) {
            ObjectNode words = JSON.objectNode();
            ArrayNode values = words.putArray("enum");
            Spelling.words(choice.type()).forEach(values::add);
            return anyOf(words, SchemaGenerator.reference("variable"));
        }
        if (type instanceof ValueType.Nested nested) {
            return records.apply(nested.type());
        }
        if (type instanceof ValueType.ListOf list) {
            return list(list.item(), constraint);
        }
        if (type instanceof ValueType.SetOf set) {
            ObjectNode list = list(set.item(), constraint);
            ((ObjectNode) list.withArrayProperty("anyOf").get(0)).put("uniqueItems", true);
            return list;
        }
        if (type instanceof ValueType.MapOf map) {
            ObjectNode mapping = JSON.objectNode();
            mapping.putArray("type").add("object").add("null");
            mapping.set("additionalProperties", value(map.value(), Constraint.NONE));
            bound(mapping, constraint, "minProperties", "maxProperties");
            return mapping;
        }
        if (type instanceof ValueType.SlotOf slot) {
            return slots.apply(slot.product());
        }
        return JSON.objectNode().put("type", ((ValueType.Raw) type).type() == SequenceNode.class ? "array" : "object");
    }

    private ObjectNode list(ValueType item, Constraint constraint) {
        ObjectNode list = JSON.objectNode().put("type", "array");
        list.set("items", value(item, constraint.ofItems()));
        bound(list, constraint, "minItems", "maxItems");
        ObjectNode nothing = JSON.objectNode().put("type", "null");
        return item instanceof ValueType.Single || item instanceof ValueType.Choice || item instanceof ValueType.SlotOf
                ? anyOf(list, value(item, constraint.ofItems()), nothing)
                : anyOf(list, nothing);
    }

    private static ObjectNode single(Notation<?> notation, Constraint constraint) {
        if (notation == Notation.BOOLEAN) {
            ObjectNode words = JSON.objectNode();
            words.putArray("enum").add("true").add("false");
            return anyOf(JSON.objectNode().put("type", "boolean"), words, SchemaGenerator.reference("variable"));
        }
        if (notation == Notation.INT || notation == Notation.LONG) {
            ObjectNode whole = JSON.objectNode().put("type", "integer");
            bound(whole, constraint, "minimum", "maximum");
            return anyOf(whole, pattern("^[-+]?([0-9]+|0x[0-9a-fA-F]+)$"), SchemaGenerator.reference("variable"));
        }
        if (notation == Notation.DOUBLE) {
            ObjectNode number = JSON.objectNode().put("type", "number");
            bound(number, constraint, "minimum", "maximum");
            return anyOf(
                    number,
                    pattern("^[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)? *%?$"),
                    SchemaGenerator.reference("variable"));
        }
        String name = NAMES.get(notation);
        if (name != null) {
            return anyOf(SchemaGenerator.reference(name), SchemaGenerator.reference("variable"));
        }
        if (notation != Notation.TEXT) {
            return JSON.objectNode().put("type", "string");
        }
        ObjectNode text = JSON.objectNode();
        text.putArray("type").add("string").add("number").add("boolean");
        bound(text, constraint, "minLength", "maxLength");
        String expression = constraint.matches().map(matches -> matches.value()).orElse("");
        if (!expression.isEmpty() && !JAVA_ONLY.matcher(expression).find()) {
            text.put("pattern", "^(?:" + expression + ")$");
        }
        return text.has("pattern") || text.has("maxLength") ? anyOf(text, SchemaGenerator.reference("variable")) : text;
    }

    private static void bound(ObjectNode schema, Constraint constraint, String min, String max) {
        limit(schema, min, constraint.min());
        limit(schema, max, constraint.max());
    }

    private static void limit(ObjectNode schema, String key, String bound) {
        Notation.DOUBLE.parser().apply(bound, null).ifPresent(value -> {
            if (value == Math.rint(value)) {
                schema.put(key, value.longValue());
            } else {
                schema.put(key, value);
            }
        });
    }

    /** A value that may be written once, or several times in a list. */
    static ObjectNode oneOrMore(ObjectNode value) {
        ObjectNode list = JSON.objectNode().put("type", "array");
        list.set("items", value);
        return anyOf(value, list);
    }

    private static ObjectNode nullable(ObjectNode schema) {
        return anyOf(schema, JSON.objectNode().put("type", "null"));
    }

    private static ObjectNode pattern(String expression) {
        return JSON.objectNode().put("type", "string").put("pattern", expression);
    }

    private static ObjectNode constant(Object value) {
        return JSON.objectNode()
                .set(
                        "const",
                        value instanceof Integer number ? JSON.numberNode(number) : JSON.textNode((String) value));
    }

    private static ObjectNode anyOf(ObjectNode... schemas) {
        ObjectNode either = JSON.objectNode();
        ArrayNode list = either.putArray("anyOf");
        for (ObjectNode schema : schemas) {
            if (schema.size() == 1 && schema.has("anyOf")) {
                list.addAll((ArrayNode) schema.get("anyOf"));
            } else {
                list.add(schema);
            }
        }
        return either;
    }

    private static JsonNode json(RawValue value) {
        if (value instanceof RawValue.Sequence sequence) {
            ArrayNode array = JSON.arrayNode();
            sequence.items().forEach(item -> array.add(json(item)));
            return array;
        }
        if (value instanceof RawValue.Mapping mapping) {
            ObjectNode object = JSON.objectNode();
            mapping.entries().forEach(entry -> object.set(entry.key().text(), json(entry.value())));
            return object;
        }
        RawValue.Scalar scalar = (RawValue.Scalar) value;
        String text = scalar.text();
        if (!scalar.plain()) {
            return JSON.textNode(text);
        }
        if (text.equals("true") || text.equals("false")) {
            return JSON.booleanNode(text.equals("true"));
        }
        if (WHOLE.matcher(text).matches()) {
            return JSON.numberNode(Long.parseLong(text));
        }
        return NUMBER.matcher(text).matches() ? JSON.numberNode(Double.parseDouble(text)) : JSON.textNode(text);
    }
}

package io.leba.kernel.config;

import io.leba.spi.config.Doc;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes the configuration reference in Markdown: a table for each record, from the record's own annotations. The same
 * outline gives the same text.
 */
public final class ReferenceGenerator {
    private static final String HEAD = """
            # Configuration reference

            Generated from the configuration records of LEBA and its plugins; edit those.

            The file is YAML. A key that nobody knows is an error. Keys that are not required can be left out.

            | type | how it is written |
            |---|---|
            | duration | a number with a unit, `250ms`, `30s`, `5m`, `1h`, `1d`, or several, `1h30m`; `0` |
            | size | bytes, `512`, or with a unit: `64KiB`, `10MiB`, `1GiB` (1024), `64KB`, `10MB`, `1GB` (1000) |
            | rate | a number in a span of time: `100/s`, `60/m`, `5/250ms` |
            | number | `0.5`, or `50%` |
            | address block | `10.0.0.0/8`, `2001:db8::/32`, or one address |
            | file | a file name; relative names start at the directory of the file that they are written in |
            | list | `[a, b]`, or an item a line after `- `; a single word or number needs no brackets |

            In every value `${NAME}` stands for an environment variable, `${NAME:-text}` for the same with a default, and
            `${file:name}` for the contents of a file; `$${` stands for the characters `${`. Inside `{ }` and `[ ]` such a
            value needs quotes.

            `include`, a root key, names more files: a name, a pattern such as `conf.d/*.yaml`, or a list of both, relative to
            the file that includes. Mappings are merged and lists of a root key follow each other; anything else that is
            written twice must be the same. Root keys that begin with `x-` are free for YAML anchors.
            """;

    private final Outline outline;
    private final StringBuilder text = new StringBuilder(HEAD);

    private ReferenceGenerator(Outline outline) {
        this.outline = outline;
    }

    /**
     * The reference.
     *
     * @throws RecordDefect if a key is not documented, or a default or an example cannot be bound
     */
    public static String markdown(Outline outline) {
        Documented.check(outline);
        ReferenceGenerator generator = new ReferenceGenerator(outline);
        outline.sections().forEach(generator::section);
        outline.products().forEach(generator::product);
        return generator.text.toString();
    }

    private void section(Outline.Section section) {
        String path = section.path().isEmpty() ? "" : " `" + section.path() + "`";
        text.append("\n## ").append(section.title()).append(path).append("\n\n");
        text.append(section.text()).append('\n');
        for (Outline.Part part : section.parts()) {
            part(section, part);
        }
    }

    private void part(Outline.Section section, Outline.Part part) {
        List<String> heading = new ArrayList<>();
        if (!part.key().isEmpty()) {
            heading.add("`" + KeyPath.key(section.path(), part.key()) + "`");
        }
        part.when()
                .ifPresent(condition -> heading.add("with `" + condition.key() + "` "
                        + condition.values().stream()
                                .map(value -> "`" + value + "`")
                                .collect(Collectors.joining(" or "))));
        if (!part.owner().equals(Outline.KERNEL)) {
            heading.add(
                    heading.isEmpty() ? "keys of plugin `" + part.owner() + "`" : "(plugin `" + part.owner() + "`)");
        }
        if (!heading.isEmpty()) {
            text.append("\n### ").append(capital(String.join(" ", heading))).append('\n');
        }
        String path = part.key().isEmpty() ? section.path() : KeyPath.key(section.path(), part.key());
        record(part.type(), path, "####", new ArrayDeque<>());
    }

    private void product(Class<?> product) {
        String name = Products.name(product);
        text.append("\n## ").append(capital(name)).append("\n\n");
        text.append("Written as a word if no key is needed, or as a mapping with `type` and the keys of the type.\n");
        for (Outline.Choice choice : outline.choicesFor(product)) {
            text.append("\n### `")
                    .append(choice.type())
                    .append("` (plugin `")
                    .append(choice.owner())
                    .append("`)\n");
            record(choice.config(), name, "####", new ArrayDeque<>());
        }
    }

    private void record(Class<? extends Record> type, String path, String level, Deque<Class<?>> outer) {
        RecordShape shape = RecordShape.of(type);
        Doc doc = type.getAnnotation(Doc.class);
        if (doc != null) {
            text.append('\n').append(doc.value()).append('\n');
        }
        List<RecordShape.Component> keys =
                shape.components().stream().filter(RecordShape.Component::isKey).toList();
        if (!keys.isEmpty()) {
            text.append("\n| key | type | default | range | meaning | example |\n|---|---|---|---|---|---|\n");
            keys.forEach(this::row);
        }
        shape.flat().ifPresent(flat -> {
            String name = Products.name(((ValueType.SlotOf) flat.type()).product());
            text.append("\nBeside these stand `type` and the keys of a ")
                    .append(link(name))
                    .append(".\n");
        });
        outer.push(type);
        for (RecordShape.Component component : keys) {
            Optional<Class<? extends Record>> nested = RecordShape.nested(component.type());
            if (nested.isPresent() && !outer.contains(nested.get())) {
                String below = KeyPath.key(path, component.key()) + brackets(component.type());
                text.append('\n').append(level).append(" `").append(below).append("`\n");
                record(nested.get(), below, level, outer);
            }
        }
        outer.pop();
    }

    private void row(RecordShape.Component component) {
        Doc doc = component.doc().orElseThrow();
        List<String> meaning = new ArrayList<>(List.of(doc.value()));
        meaning.addAll(constants(component.type()));
        if (component.isSecret()) {
            meaning.add("Secret: never shown.");
        }
        if (!component.aliases().isEmpty()) {
            meaning.add("Also written `" + String.join("`, `", component.aliases()) + "`.");
        }
        cells(
                "`" + component.key() + "`",
                typeName(component),
                defaultText(component),
                range(component),
                String.join(" ", meaning),
                code(doc.example()));
    }

    private void cells(String... cells) {
        for (String cell : cells) {
            text.append("| ")
                    .append(cell.replace("|", "\\|").replace("\n", " "))
                    .append(cell.isEmpty() ? "" : " ");
        }
        text.append("|\n");
    }

    private String typeName(RecordShape.Component component) {
        if (component.type() instanceof ValueType.Raw raw) {
            String name = raw.type() == SequenceNode.class ? "list" : "mapping";
            return sectionOf(component.key())
                    .map(ignored -> name + " (see below)")
                    .orElse(name);
        }
        if (component.type() instanceof ValueType.ListOf list && list.item() instanceof ValueType.Raw) {
            return "list of mappings (see below)";
        }
        return typeName(component.type());
    }

    private Optional<Outline.Section> sectionOf(String key) {
        return outline.sections().stream()
                .filter(section -> section.key().equals(key))
                .findFirst();
    }

    private static String typeName(ValueType type) {
        if (type instanceof ValueType.Single single) {
            return single.notation().name();
        }
        if (type instanceof ValueType.Choice choice) {
            return "one of `" + String.join("`, `", Spelling.words(choice.type())) + "`";
        }
        if (type instanceof ValueType.OptionalOf optional) {
            return typeName(optional.value());
        }
        if (type instanceof ValueType.ListOf list) {
            return "list of " + plural(list.item());
        }
        if (type instanceof ValueType.SetOf set) {
            return "list of different " + plural(set.item());
        }
        if (type instanceof ValueType.MapOf map) {
            return "mapping of names to " + plural(map.value());
        }
        return type instanceof ValueType.SlotOf slot ? link(Products.name(slot.product())) : "mapping";
    }

    private static String plural(ValueType type) {
        String name = typeName(type);
        boolean isWord = type instanceof ValueType.Single || type instanceof ValueType.Nested;
        return isWord && !name.equals(Notation.BOOLEAN.name()) ? name + "s" : name;
    }

    private static List<String> constants(ValueType type) {
        List<String> docs = new ArrayList<>();
        if (type.inner() instanceof ValueType.Choice choice) {
            for (Enum<?> constant : choice.type().getEnumConstants()) {
                Optional.ofNullable(field(choice.type(), constant).getAnnotation(Doc.class))
                        .ifPresent(doc -> docs.add("`" + Spelling.of(constant) + "`: " + doc.value()));
            }
        }
        return docs;
    }

    private static Field field(Class<?> type, Enum<?> constant) {
        try {
            return type.getDeclaredField(constant.name());
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    private static String defaultText(RecordShape.Component component) {
        if (component.defaultText().isPresent()) {
            return code(component.defaultText().get());
        }
        return component.type().isOptional() ? "" : "required";
    }

    private static String range(RecordShape.Component component) {
        Constraint constraint = component.constraint();
        List<String> range = new ArrayList<>();
        if (!constraint.limits().isEmpty()) {
            range.add(constraint.limits() + component.type().measure());
        }
        constraint.matches().ifPresent(matches -> range.add(matches.expected()));
        return String.join(", ", range);
    }

    private static String brackets(ValueType type) {
        ValueType inner = type.inner();
        if (inner instanceof ValueType.ListOf || inner instanceof ValueType.SetOf) {
            return "[]";
        }
        return inner instanceof ValueType.MapOf ? ".*" : "";
    }

    private static String link(String product) {
        return "[" + product + "](#" + product.replace(' ', '-').toLowerCase(Locale.ROOT) + ")";
    }

    private static String code(String literal) {
        return literal.isEmpty() ? "" : "`" + literal + "`";
    }

    private static String capital(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}

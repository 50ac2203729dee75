package io.leba.kernel.config;

import io.leba.spi.config.Doc;
import io.leba.spi.config.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds the line for generated documentation: every key is documented, every default and every example can be bound.
 * Throws {@link RecordDefect} with all that is missing.
 */
final class Documented {
    private final Outline outline;
    private final List<String> defects = new ArrayList<>();

    private Documented(Outline outline) {
        this.outline = outline;
    }

    static void check(Outline outline) {
        Documented check = new Documented(outline);
        Class<? extends Record> first = null;
        for (Class<? extends Record> type : outline.records()) {
            int before = check.defects.size();
            RecordShape shape = RecordShape.of(type);
            shape.components().stream()
                    .filter(RecordShape.Component::isKey)
                    .forEach(component -> check.component(shape, component));
            first = first == null && check.defects.size() > before ? type : first;
        }
        if (first != null) {
            throw new RecordDefect(first, String.join("\n", check.defects));
        }
    }

    private void component(RecordShape shape, RecordShape.Component component) {
        String name = shape.type().getName() + "." + component.name();
        Optional<Doc> doc = component.doc();
        if (doc.isEmpty() || doc.get().value().isBlank()) {
            defects.add(name + ": @Doc is missing");
        }
        component.defaultValue().ifPresent(value -> bind(shape, component, value, name + ": @Default"));
        if (doc.isPresent() && !doc.get().example().isEmpty()) {
            DefaultValue.parse(doc.get().example())
                    .ifPresentOrElse(
                            value -> bind(shape, component, value, name + ": example"),
                            () -> defects.add(name + ": example is not YAML"));
        }
    }

    private void bind(RecordShape shape, RecordShape.Component component, RawValue value, String what) {
        Problems problems = new Problems();
        MappingNode owner = new MappingNode(Position.NONE, Path.of("").toAbsolutePath(), Map.of());
        Map<String, MappingNode.Entry> entries = new LinkedHashMap<>();
        Node node = DefaultValue.under(owner, component.key(), value);
        entries.put(component.key(), new MappingNode.Entry(node.position(), node));
        new Binder(outline.resolver())
                .component(new MappingNode(owner.position(), owner.directory(), entries), shape, component, problems);
        problems.list().forEach(problem -> defects.add(what + " " + problem.message()));
    }
}

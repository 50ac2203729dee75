package io.leba.testkit.contract;

import io.leba.spi.config.Doc;
import io.leba.spi.config.Position;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks for keys that the configuration reference could not explain. */
final class Documentation {
    private final Set<Class<?>> seen = new HashSet<>();
    private final List<String> missing = new ArrayList<>();

    private Documentation() {}

    /** What has no {@link Doc}, in the record and the records inside it. */
    static List<String> missingIn(Class<?> config) {
        Documentation documentation = new Documentation();
        documentation.look(config);
        return documentation.missing;
    }

    private void look(Class<?> type) {
        // The SPI's own values are explained where they are.
        if (!type.isRecord() || type.getName().startsWith("io.leba.spi.") || !seen.add(type)) {
            return;
        }
        if (type.getDeclaredAnnotation(Doc.class) == null) {
            missing.add(type.getSimpleName());
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType() == Position.class) {
                continue;
            }
            Doc doc = component.getAnnotation(Doc.class);
            if (doc == null || doc.value().isBlank()) {
                missing.add(type.getSimpleName() + "." + component.getName());
            }
            inside(component.getGenericType());
        }
    }

    private void inside(Type type) {
        if (type instanceof Class<?> plain) {
            look(plain);
        } else if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                inside(argument);
            }
        }
    }
}

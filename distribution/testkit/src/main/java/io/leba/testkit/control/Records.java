package io.leba.testkit.control;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes records of the SPI that may grow components: texts get a word, numbers 1, lists what fits of what is given. */
final class Records {
    private Records() {}

    static <R extends Record> R filled(Class<R> type, String word, Object... elements) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> value(component, word, elements))
                .toArray();
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type.getSimpleName(), e);
        }
    }

    private static Object value(RecordComponent component, String word, Object[] elements) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return word;
        } else if (type == boolean.class) {
            return true;
        } else if (type == int.class) {
            return 1;
        } else if (type == long.class) {
            return 1L;
        } else if (type == double.class) {
            return 1.0;
        } else if (type == Optional.class) {
            return Optional.empty();
        } else if (type == Map.class) {
            return Map.of();
        } else if (type == Set.class) {
            return Set.of();
        } else if (type == List.class) {
            Class<?> of = component.getGenericType() instanceof ParameterizedType generic
                            && generic.getActualTypeArguments()[0] instanceof Class<?> argument
                    ? argument
                    : Object.class;
            return Arrays.stream(elements).filter(of::isInstance).toList();
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else if (type.isRecord()) {
            return filled(type.asSubclass(Record.class), word, elements);
        }
        throw new IllegalStateException("no value for " + component);
    }
}

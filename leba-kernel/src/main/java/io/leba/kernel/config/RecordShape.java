package io.leba.kernel.config;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Key;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Range;
import io.leba.spi.config.Secret;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a configuration record says about its keys. Throws {@link RecordDefect} where it breaks the rules. */
final class RecordShape {
    private final Class<? extends Record> type;
    private final List<Component> components;
    private final Map<String, Component> byKey = new LinkedHashMap<>();
    private final Optional<Component> flat;
    private final List<String> keys;
    private final Constructor<? extends Record> constructor;

    /**
     * A component.
     *
     * @param name in Java
     * @param key in YAML
     * @param aliases further spellings of the key
     * @param type what it holds
     * @param defaultText what a user would have written, of a key that is not written
     * @param defaultValue the same, parsed
     * @param constraint what the value must satisfy
     * @param isSecret whether the value must not be shown
     * @param isFlat whether it is a slot whose keys stand beside the record's
     * @param doc what it is for; empty if it is not documented
     * @param accessor reads it
     */
    record Component(
            String name,
            String key,
            List<String> aliases,
            ValueType type,
            Optional<String> defaultText,
            Optional<RawValue> defaultValue,
            Constraint constraint,
            boolean isSecret,
            boolean isFlat,
            Optional<Doc> doc,
            Method accessor) {
        boolean isKey() {
            return !(type instanceof ValueType.Place) && !isFlat;
        }
    }

    private RecordShape(Class<? extends Record> type) {
        this.type = type;
        this.constructor = canonical();
        List<Component> found = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            found.add(component(component));
        }
        this.components = List.copyOf(found);
        for (Component component : components) {
            if (component.isKey()) {
                claim(component.key(), component);
                component.aliases().forEach(alias -> claim(alias, component));
            }
        }
        this.keys =
                components.stream().filter(Component::isKey).map(Component::key).toList();
        List<Component> flats = components.stream().filter(Component::isFlat).toList();
        if (flats.size() > 1) {
            throw new RecordDefect(type, "only one component can be @Flat");
        }
        this.flat = flats.stream().findFirst();
        if (flat.isPresent() && byKey.containsKey("type")) {
            throw new RecordDefect(type, "key 'type' belongs to its @Flat slot");
        }
    }

    /** The shape of one record; records inside it are not looked at. */
    static RecordShape of(Class<? extends Record> type) {
        return new RecordShape(type);
    }

    /** Looks at a record and all records inside it. */
    static void check(Class<? extends Record> type) {
        check(type, new HashSet<>());
    }

    private static void check(Class<? extends Record> type, Set<Class<?>> seen) {
        if (seen.add(type)) {
            for (Component component : of(type).components()) {
                nested(component.type()).ifPresent(inner -> check(inner, seen));
            }
        }
    }

    /** The record that values of a type are, or consist of. */
    static Optional<Class<? extends Record>> nested(ValueType type) {
        if (type instanceof ValueType.Nested nested) {
            return Optional.of(nested.type());
        }
        if (type instanceof ValueType.OptionalOf optional) {
            return nested(optional.value());
        }
        if (type instanceof ValueType.ListOf list) {
            return nested(list.item());
        }
        if (type instanceof ValueType.SetOf set) {
            return nested(set.item());
        }
        return type instanceof ValueType.MapOf map ? nested(map.value()) : Optional.empty();
    }

    Class<? extends Record> type() {
        return type;
    }

    /** Whether a record of it depends on nothing but what is written: no slot, which others fill, and no secret. */
    boolean isSelfContained(Cache shapes) {
        return isSelfContained(shapes, new HashSet<>());
    }

    /** @param seen those that are being looked at: a record may hold itself */
    private boolean isSelfContained(Cache shapes, Set<Class<?>> seen) {
        return !seen.add(type)
                || components.stream()
                        .allMatch(component -> !component.isSecret()
                                && !isSlot(component.type())
                                && nested(component.type())
                                        .map(inner -> shapes.of(inner).isSelfContained(shapes, seen))
                                        .orElse(true));
    }

    private static boolean isSlot(ValueType type) {
        if (type instanceof ValueType.OptionalOf optional) {
            return isSlot(optional.value());
        }
        if (type instanceof ValueType.ListOf list) {
            return isSlot(list.item());
        }
        if (type instanceof ValueType.SetOf set) {
            return isSlot(set.item());
        }
        return type instanceof ValueType.SlotOf || type instanceof ValueType.MapOf map && isSlot(map.value());
    }

    List<Component> components() {
        return components;
    }

    /** The component that a key belongs to, by its key or an alias. */
    Optional<Component> component(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** All spellings of all keys. */
    Set<String> spellings() {
        return byKey.keySet();
    }

    /** The keys as documented. */
    List<String> keys() {
        return keys;
    }

    /** The slot whose keys stand beside the record's. */
    Optional<Component> flat() {
        return flat;
    }

    /**
     * Makes a record.
     *
     * @throws InvocationTargetException if the constructor throws
     */
    Record newRecord(List<Object> values) throws InvocationTargetException {
        try {
            return constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            if (e instanceof InvocationTargetException thrown) {
                throw thrown;
            }
            throw new RecordDefect(type, "cannot be made: " + e);
        }
    }

    /** Reads a component of a record. */
    Object read(Component component, Record from) {
        try {
            return component.accessor().invoke(from);
        } catch (ReflectiveOperationException e) {
            throw new RecordDefect(type, component.name(), "cannot be read: " + e);
        }
    }

    private void claim(String key, Component component) {
        if (byKey.putIfAbsent(key, component) != null) {
            throw new RecordDefect(type, component.name(), "key '" + key + "' belongs to another component");
        }
    }

    private Component component(RecordComponent component) {
        String name = component.getName();
        ValueType valueType = ValueType.of(component.getGenericType())
                .orElseThrow(() -> new RecordDefect(
                        type, name, "type " + component.getGenericType().getTypeName() + " cannot be bound"));
        Key key = component.getAnnotation(Key.class);
        Default written = component.getAnnotation(Default.class);
        boolean isFlat = component.isAnnotationPresent(Flat.class);
        if (isFlat && !(valueType instanceof ValueType.SlotOf)) {
            throw new RecordDefect(type, name, "only a Slot can be @Flat");
        }
        Optional<RawValue> defaultValue = Optional.empty();
        if (written != null) {
            defaultValue = Optional.of(DefaultValue.parse(written.value())
                    .orElseThrow(() -> new RecordDefect(type, name, "@Default is not YAML")));
        }
        Constraint constraint;
        try {
            constraint = Constraint.of(
                    valueType, component.getAnnotation(Range.class), component.getAnnotation(Matches.class));
        } catch (IllegalArgumentException e) {
            throw new RecordDefect(type, name, e.getMessage());
        }
        return new Component(
                name,
                key == null ? Spelling.snake(name) : key.value(),
                key == null ? List.of() : List.of(key.aliases()),
                valueType,
                Optional.ofNullable(written).map(Default::value),
                defaultValue,
                constraint,
                component.isAnnotationPresent(Secret.class),
                isFlat,
                Optional.ofNullable(component.getAnnotation(Doc.class)),
                accessible(component.getAccessor()));
    }

    private Constructor<? extends Record> canonical() {
        Class<?>[] types = new Class<?>[type.getRecordComponents().length];
        for (int i = 0; i < types.length; i++) {
            types[i] = type.getRecordComponents()[i].getType();
        }
        try {
            Constructor<? extends Record> found = type.getDeclaredConstructor(types);
            if (!found.trySetAccessible()) {
                throw unreachable();
            }
            return found;
        } catch (NoSuchMethodException e) {
            throw new RecordDefect(type, "has no canonical constructor");
        }
    }

    private Method accessible(Method accessor) {
        if (!accessor.trySetAccessible()) {
            throw unreachable();
        }
        return accessor;
    }

    private RecordDefect unreachable() {
        return new RecordDefect(
                type,
                "cannot be reached; " + type.getModule() + " must open package " + type.getPackageName() + " to "
                        + RecordShape.class.getModule());
    }

    /** Shapes that were needed once. Not kept beyond a generation: a shape holds the classes of a plugin. */
    static final class Cache {
        private final Map<Class<? extends Record>, RecordShape> shapes = new HashMap<>();
        private Cache earlier;

        Cache() {
            this(null);
        }

        /** @param earlier where shapes are taken from that are needed again; null: from nowhere */
        Cache(Cache earlier) {
            this.earlier = earlier;
        }

        RecordShape of(Class<? extends Record> type) {
            RecordShape known = shapes.get(type);
            if (known == null) {
                RecordShape before = earlier == null ? null : earlier.shapes.get(type);
                known = before == null ? RecordShape.of(type) : before;
                shapes.put(type, known);
            }
            return known;
        }

        void forgetEarlier() {
            earlier = null;
        }
    }
}

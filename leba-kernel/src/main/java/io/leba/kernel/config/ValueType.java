package io.leba.kernel.config;

import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A type that a record component may have. */
sealed interface ValueType {
    /** Written in a scalar. */
    record Single(Notation<?> notation) implements ValueType {}

    /** An enum, written in kebab case. */
    record Choice(Class<? extends Enum<?>> type) implements ValueType {}

    /** Written as a mapping. */
    record Nested(Class<? extends Record> type) implements ValueType {}

    record ListOf(ValueType item) implements ValueType {}

    record SetOf(ValueType item) implements ValueType {}

    /** Keys are texts. */
    record MapOf(ValueType value) implements ValueType {}

    record OptionalOf(ValueType value) implements ValueType {}

    /** Filled by a provider of {@code product}. */
    record SlotOf(Class<?> product) implements ValueType {}

    /** Filled with the place of the mapping; not a key. */
    record Place() implements ValueType {}

    /** Left as a node, for the kernel to look at itself. */
    record Raw(Class<? extends Node> type) implements ValueType {}

    /** The type that bounds and expressions apply to: inside an {@code Optional}. */
    default ValueType inner() {
        return this instanceof OptionalOf optional ? optional.value().inner() : this;
    }

    /** What bounds count, with a leading space: {@code " entries"}; nothing if they bound the value itself. */
    default String measure() {
        ValueType type = inner();
        if (type instanceof ListOf || type instanceof SetOf || type instanceof MapOf) {
            return " entries";
        }
        return type instanceof Single single && single.notation() == Notation.TEXT ? " characters" : "";
    }

    /** Whether the key may be left out without a default. */
    default boolean isOptional() {
        return this instanceof OptionalOf
                || this instanceof ListOf
                || this instanceof SetOf
                || this instanceof MapOf
                || this instanceof Place;
    }

    /** The value type of a Java type, if it can be bound. */
    static Optional<ValueType> of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return parameterized(generic);
        }
        if (!(type instanceof Class<?> plain)) {
            return Optional.empty();
        }
        if (plain == Position.class) {
            return Optional.of(new Place());
        }
        if (Node.class.isAssignableFrom(plain)) {
            return Optional.of(new Raw(plain.asSubclass(Node.class)));
        }
        if (plain.isRecord() && Notation.of(plain).isEmpty()) {
            return Optional.of(new Nested(plain.asSubclass(Record.class)));
        }
        if (plain.isEnum()) {
            @SuppressWarnings("unchecked")
            Class<? extends Enum<?>> constants = (Class<? extends Enum<?>>) plain;
            return Optional.of(new Choice(constants));
        }
        return Notation.of(plain).map(Single::new);
    }

    private static Optional<ValueType> parameterized(ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        Type raw = generic.getRawType();
        if (raw == Slot.class) {
            return arguments[0] instanceof Class<?> product ? Optional.of(new SlotOf(product)) : Optional.empty();
        }
        if (raw == Map.class) {
            return arguments[0] == String.class ? element(arguments[1]).map(MapOf::new) : Optional.empty();
        }
        if (raw == List.class) {
            return element(arguments[0]).map(ListOf::new);
        }
        if (raw == Set.class) {
            return element(arguments[0]).map(SetOf::new);
        }
        return raw == Optional.class ? element(arguments[0]).map(OptionalOf::new) : Optional.empty();
    }

    private static Optional<ValueType> element(Type argument) {
        if (argument instanceof WildcardType) {
            return Optional.empty();
        }
        return of(argument).filter(type -> !(type instanceof Place) && !(type instanceof OptionalOf));
    }
}

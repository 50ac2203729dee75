package io.leba.kernel.config;

import io.leba.spi.config.Matches;
import io.leba.spi.config.Range;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Bounds and expression of a component. Bounds apply to the value inside an {@code Optional}, and to the length of texts,
 * lists, sets and maps; the expression applies to every text.
 */
final class Constraint {
    /** Holds for every value. */
    static final Constraint NONE = new Constraint("", "", null, Optional.empty(), null);

    private final String min;
    private final String max;
    private final Bounds<?> bounds;
    private final Optional<Matches> matches;
    private final Pattern pattern;

    private record Bounds<T>(Optional<T> min, Optional<T> max, Comparator<T> order) {
        boolean holds(Object value) {
            @SuppressWarnings("unchecked")
            T typed = (T) value;
            return min.map(least -> order.compare(typed, least) >= 0).orElse(true)
                    && max.map(greatest -> order.compare(typed, greatest) <= 0).orElse(true);
        }
    }

    private Constraint(String min, String max, Bounds<?> bounds, Optional<Matches> matches, Pattern pattern) {
        this.min = min;
        this.max = max;
        this.bounds = bounds;
        this.matches = matches;
        this.pattern = pattern;
    }

    private Constraint(ValueType type, Range range, Matches matches) {
        this.min = range == null ? "" : range.min();
        this.max = range == null ? "" : range.max();
        this.bounds = range == null ? null : bounds(type.inner());
        this.matches = Optional.ofNullable(matches);
        if (matches != null && !holdsText(type)) {
            throw new IllegalArgumentException("@Matches needs texts");
        }
        try {
            this.pattern = matches == null ? null : Pattern.compile(matches.value());
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("@Matches is not a regular expression: " + e.getDescription(), e);
        }
    }

    /** Throws {@link IllegalArgumentException} if annotations and type do not go together. */
    static Constraint of(ValueType type, Range range, Matches matches) {
        return new Constraint(type, range, matches);
    }

    /** What a value must be, if it is not: {@code must be between 2 and 16}. */
    Optional<String> violation(Object value) {
        if (bounds == null || bounds.holds(measured(value))) {
            return Optional.empty();
        }
        if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
            return Optional.of("must have " + limits() + " entries, got " + measured(value));
        }
        return Optional.of(value instanceof String ? "must have " + limits() + " characters" : "must be " + limits());
    }

    /** What a text must be, if it is not. */
    Optional<String> mismatch(String text) {
        return pattern == null || pattern.matcher(text).matches()
                ? Optional.empty()
                : matches.map(expected -> "must be " + expected.expected());
    }

    /** The bounds in words, {@code between 2 and 16}; empty if there are none. */
    String limits() {
        if (!min.isEmpty() && !max.isEmpty()) {
            return "between " + min + " and " + max;
        }
        return min.isEmpty() ? max.isEmpty() ? "" : "at most " + max : "at least " + min;
    }

    /** What holds for each entry of a collection: the expression, not the bounds. */
    Constraint ofItems() {
        return new Constraint("", "", null, matches, pattern);
    }

    String min() {
        return min;
    }

    String max() {
        return max;
    }

    Optional<Matches> matches() {
        return matches;
    }

    private static Object measured(Object value) {
        if (value instanceof Collection<?> items) {
            return (long) items.size();
        }
        if (value instanceof Map<?, ?> map) {
            return (long) map.size();
        }
        return value instanceof String text ? (Object) (long) text.codePointCount(0, text.length()) : value;
    }

    private Bounds<?> bounds(ValueType type) {
        if (min.isEmpty() && max.isEmpty()) {
            throw new IllegalArgumentException("@Range has no bound");
        }
        if (type instanceof ValueType.ListOf
                || type instanceof ValueType.SetOf
                || type instanceof ValueType.MapOf
                || type instanceof ValueType.Single text && text.notation() == Notation.TEXT) {
            return bounds(Notation.LONG);
        }
        if (type instanceof ValueType.Single single && single.notation().order().isPresent()) {
            return bounds(single.notation());
        }
        throw new IllegalArgumentException("@Range does not apply to this type");
    }

    private <T> Bounds<T> bounds(Notation<T> notation) {
        return new Bounds<>(
                bound(notation, min), bound(notation, max), notation.order().orElseThrow());
    }

    private static <T> Optional<T> bound(Notation<T> notation, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(notation.parser()
                .apply(text, Path.of(""))
                .orElseThrow(
                        () -> new IllegalArgumentException("@Range: '" + text + "' is not " + notation.expected())));
    }

    private static boolean holdsText(ValueType type) {
        if (type instanceof ValueType.OptionalOf optional) {
            return holdsText(optional.value());
        }
        if (type instanceof ValueType.ListOf list) {
            return holdsText(list.item());
        }
        if (type instanceof ValueType.SetOf set) {
            return holdsText(set.item());
        }
        if (type instanceof ValueType.MapOf map) {
            return holdsText(map.value());
        }
        return type instanceof ValueType.Single single && single.notation() == Notation.TEXT;
    }
}

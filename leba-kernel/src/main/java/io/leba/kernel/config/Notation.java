package io.leba.kernel.config;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Cidr;
import io.leba.spi.config.Rate;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * How the values of one type are written in a scalar.
 *
 * @param name the type in the reference: {@code duration}
 * @param expected completes "must be …"
 * @param parser makes a value of a text and the directory of its file; empty if the text is none
 * @param format the shortest text for a value
 * @param order for bounds; empty if there is no order
 * @param <T> the type
 */
record Notation<T>(
        String name,
        String expected,
        BiFunction<String, Path, Optional<T>> parser,
        Function<T, String> format,
        Optional<Comparator<T>> order) {
    private static final Pattern DIGITS = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern HEX = Pattern.compile("[-+]?0x[0-9a-fA-F]+");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");
    private static final Pattern BARE_COUNT = Pattern.compile("[1-9][0-9]*");
    private static final int LONGEST_NUMBER = 64;

    static final Notation<String> TEXT = new Notation<>(
            "text", "a text", (text, directory) -> Optional.of(text), Function.identity(), Optional.empty());
    static final Notation<Boolean> BOOLEAN = new Notation<>(
            "true or false", "true or false", (text, directory) -> truth(text), Object::toString, Optional.empty());
    static final Notation<Integer> INT = ordered(
            "whole number",
            "a whole number",
            text -> whole(text).filter(value -> value == value.intValue()).map(Long::intValue),
            Object::toString);
    static final Notation<Long> LONG = ordered("whole number", "a whole number", Notation::whole, Object::toString);
    static final Notation<Double> DOUBLE = ordered(
            "number",
            "a number such as 0.5 or 50%",
            Notation::number,
            value -> new BigDecimal(value.toString()).stripTrailingZeros().toPlainString());
    static final Notation<Duration> DURATION = ordered(
            "duration",
            "a duration with a unit, such as 250ms, 30s or 5m",
            DurationNotation::parse,
            DurationNotation::format);
    static final Notation<ByteSize> SIZE = ordered(
            "size", "a size such as 512, 64KiB or 10MiB", text -> refusing(ByteSize::parse, text), ByteSize::toString);
    static final Notation<Rate> RATE = new Notation<>(
            "rate",
            "a rate such as 100/s or 60/m",
            (text, directory) -> RateNotation.parse(text),
            RateNotation::format,
            Optional.of(Comparator.comparingDouble(Rate::perSecond)));
    static final Notation<Cidr> ADDRESS_BLOCK = new Notation<>(
            "address block",
            "an address block such as 10.0.0.0/8 or 2001:db8::/32",
            (text, directory) -> refusing(Cidr::parse, text),
            Cidr::toString,
            Optional.empty());
    static final Notation<Path> FILE =
            new Notation<>("file", "a file name", Notation::file, Path::toString, Optional.empty());

    private static final Map<Class<?>, Notation<?>> BY_TYPE = new LinkedHashMap<>();

    static {
        BY_TYPE.put(String.class, TEXT);
        BY_TYPE.put(boolean.class, BOOLEAN);
        BY_TYPE.put(Boolean.class, BOOLEAN);
        BY_TYPE.put(int.class, INT);
        BY_TYPE.put(Integer.class, INT);
        BY_TYPE.put(long.class, LONG);
        BY_TYPE.put(Long.class, LONG);
        BY_TYPE.put(double.class, DOUBLE);
        BY_TYPE.put(Double.class, DOUBLE);
        BY_TYPE.put(Duration.class, DURATION);
        BY_TYPE.put(ByteSize.class, SIZE);
        BY_TYPE.put(Rate.class, RATE);
        BY_TYPE.put(Cidr.class, ADDRESS_BLOCK);
        BY_TYPE.put(Path.class, FILE);
    }

    /** The notation of a type, if it is written in a scalar. */
    static Optional<Notation<?>> of(Class<?> type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    /** What a text that was refused probably should have been, as a hint for a message; often nothing. */
    String hint(String text) {
        if (this == DURATION && BARE_COUNT.matcher(text).matches()) {
            return "; did you mean '" + text + "s'?";
        }
        if (this == RATE && BARE_COUNT.matcher(text).matches()) {
            return "; did you mean '" + text + "/s'?";
        }
        if (this == INT) {
            return whole(text)
                    .map(value -> value > 0
                            ? "; the largest is " + Integer.MAX_VALUE
                            : "; the smallest is " + Integer.MIN_VALUE)
                    .orElse("");
        }
        return "";
    }

    private static <T extends Comparable<? super T>> Notation<T> ordered(
            String name, String expected, Function<String, Optional<T>> parser, Function<T, String> format) {
        return new Notation<>(
                name,
                expected,
                (text, directory) -> parser.apply(text.trim()),
                format,
                Optional.of(Comparator.<T>naturalOrder()));
    }

    private static Optional<Boolean> truth(String text) {
        return switch (text) {
            case "true", "True", "TRUE" -> Optional.of(true);
            case "false", "False", "FALSE" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Long> whole(String text) {
        if (text.length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        try {
            return DIGITS.matcher(text).matches()
                    ? Optional.of(Long.parseLong(text))
                    : HEX.matcher(text).matches()
                            ? Optional.of(Long.parseLong(text.replaceFirst("0x", ""), 16))
                            : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> number(String text) {
        boolean percent = text.endsWith("%");
        String digits = percent ? text.substring(0, text.length() - 1).trim() : text;
        if (digits.length() > LONGEST_NUMBER || !DECIMAL.matcher(digits).matches()) {
            return Optional.empty();
        }
        BigDecimal exact = new BigDecimal(digits);
        double value = (percent ? exact.movePointLeft(2) : exact).doubleValue();
        return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
    }

    private static Optional<Path> file(String text, Path directory) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static <T> Optional<T> refusing(Function<String, T> parser, String text) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

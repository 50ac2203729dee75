package io.leba.kernel.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How durations are written: {@code 250ms}, {@code 30s}, {@code 1h30m}, {@code 0}. */
final class DurationNotation {
    private static final String[] UNITS = {"d", "h", "m", "s", "ms", "us", "ns"};
    private static final long[] NANOS = {
        86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
    };
    private static final Pattern PART = Pattern.compile("([0-9]{1,19})(d|h|ms|m|s|us|ns)");

    private DurationNotation() {}

    /** The duration, if the text is one: each unit at most once, from long to short. */
    static Optional<Duration> parse(String text) {
        String trimmed = text.trim().toLowerCase(Locale.ROOT);
        if (trimmed.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher part = PART.matcher(trimmed);
        long nanos = 0;
        int at = 0;
        int lastUnit = -1;
        while (part.find() && part.start() == at) {
            int unit = indexOf(part.group(2));
            if (unit <= lastUnit) {
                return Optional.empty();
            }
            try {
                nanos = Math.addExact(nanos, Math.multiplyExact(Long.parseLong(part.group(1)), NANOS[unit]));
            } catch (ArithmeticException | NumberFormatException e) {
                return Optional.empty();
            }
            lastUnit = unit;
            at = part.end();
        }
        return at == trimmed.length() && at > 0 ? Optional.of(Duration.ofNanos(nanos)) : Optional.empty();
    }

    /** The shortest exact notation. */
    static String format(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        for (int unit = 0; unit < UNITS.length; unit++) {
            if (nanos % NANOS[unit] == 0) {
                return nanos / NANOS[unit] + UNITS[unit];
            }
        }
        throw new AssertionError(duration);
    }

    private static int indexOf(String unit) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                return i;
            }
        }
        throw new AssertionError(unit);
    }
}

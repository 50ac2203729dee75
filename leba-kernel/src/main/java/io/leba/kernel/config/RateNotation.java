package io.leba.kernel.config;

import io.leba.spi.config.Rate;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How rates are written: {@code 100/s}, {@code 60/m}, {@code 5/250ms}. */
final class RateNotation {
    private static final Pattern RATE = Pattern.compile("([0-9]{1,18})\\s*/\\s*([0-9a-z]+)");

    private RateNotation() {}

    /** The rate, if the text is one. */
    static Optional<Rate> parse(String text) {
        Matcher rate = RATE.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!rate.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(rate.group(1));
        String span = rate.group(2);
        Optional<Duration> per = DurationNotation.parse(Character.isLetter(span.charAt(0)) ? "1" + span : span);
        return per.filter(duration -> count > 0 && !duration.isZero()).map(duration -> new Rate(count, duration));
    }

    /** The shortest exact notation. */
    static String format(Rate rate) {
        String span = DurationNotation.format(rate.per());
        return rate.count() + "/" + (span.matches("1[a-z]+") ? span.substring(1) : span);
    }
}

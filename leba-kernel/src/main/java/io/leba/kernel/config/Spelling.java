package io.leba.kernel.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** How names of code are written in YAML. */
final class Spelling {
    private static final Pattern WORD_BEGINS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private Spelling() {}

    /** {@code CLIENT_IP} is written {@code client-ip}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All words of an enum. */
    static List<String> words(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Spelling::of).toList();
    }

    /** The constant; snake case and capitals are accepted too. */
    static Optional<? extends Enum<?>> parse(String text, Class<? extends Enum<?>> type) {
        String word = text.trim().toLowerCase(Locale.ROOT).replace('_', '-');
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(word))
                .findFirst();
    }

    /** {@code maxIdle} is written {@code max_idle}, {@code useHTTPProxy} {@code use_http_proxy}. */
    static String snake(String componentName) {
        return WORD_BEGINS.matcher(componentName).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}

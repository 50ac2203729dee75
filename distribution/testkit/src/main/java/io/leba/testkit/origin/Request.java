package io.leba.testkit.origin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as an origin got it.
 *
 * @param method the method
 * @param target the target as it came
 * @param headers the fields in order, names as they came
 * @param body the content, without its coding
 * @param connection which of the origin's connections it came on, from 1
 */
public record Request(
        String method, String target, List<Map.Entry<String, String>> headers, byte[] body, int connection) {
    /** The first value of a field, whatever the case of its name. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The content as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}

package io.leba.testkit.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client got over HTTP.
 *
 * @param status the status code
 * @param headers the fields' values by name
 * @param body the content as UTF-8
 */
public record Answer(int status, Map<String, List<String>> headers, String body) {
    /** The first value of a field, whatever the case of its name. */
    public Optional<String> header(String name) {
        return headers.entrySet().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .flatMap(field -> field.getValue().stream())
                .findFirst();
    }
}

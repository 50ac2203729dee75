package io.leba.testkit.http;

import io.leba.spi.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Fields as an engine shows them: names compare without case, what frames a message cannot be changed. One thread. */
abstract class ScriptedHead implements HttpHeaders {
    private static final Set<String> FIXED = Set.of(
            "connection",
            "content-length",
            "transfer-encoding",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "proxy-connection",
            "expect",
            "host");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\x80-\\xff\\t]*");

    private final List<Map.Entry<String, String>> fields = new ArrayList<>();

    /** Writes a field, whatever it is, as the sender did. */
    void write(String name, String value) {
        fields.add(Map.entry(name, value));
    }

    @Override
    public String header(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(field -> field.getValue().strip())
                .findFirst()
                .orElse(null);
    }

    @Override
    public void forEachHeader(BiConsumer<String, String> consumer) {
        List.copyOf(fields).forEach(field -> consumer.accept(field.getKey(), field.getValue()));
    }

    @Override
    public void setHeader(String name, String value) {
        check(name, value);
        fields.removeIf(field -> field.getKey().equalsIgnoreCase(name));
        write(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        check(name, value);
        write(name, value);
    }

    @Override
    public void removeHeader(String name) {
        check(name, "");
        fields.removeIf(field -> field.getKey().equalsIgnoreCase(name));
    }

    private static void check(String name, String value) {
        if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + name + ": " + value + "' is no valid field");
        }
        if (FIXED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            throw new IllegalArgumentException(name + " frames the message and cannot be changed");
        }
    }

    /** The fields in order, {@code name: value}. */
    public List<String> fields() {
        return fields.stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .toList();
    }
}

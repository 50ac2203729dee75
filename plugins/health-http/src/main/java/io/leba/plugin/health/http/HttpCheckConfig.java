package io.leba.plugin.health.http;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Range;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What is asked and what is expected. */
@Doc("Asks with an HTTP/1.1 request; the backend is up if status and body are as expected. Redirects are not followed.")
record HttpCheckConfig(
        @Doc(value = "Request target.", example = "/healthz")
        @Default("/")
        @Matches(value = "/[\\x21-\\x7e]*", expected = "a path that begins with '/' and has no spaces")
        String path,

        @Doc("Request method.")
        @Default("GET")
        @Matches(value = "[A-Z]+", expected = "a method in capitals such as GET or HEAD")
        String method,

        @Doc(value = "The `Host` header. Default: the backend's address.", example = "app.example.com")
        @Matches(value = "[\\x21-\\x7e]+", expected = "a host name, with a port if need be")
        Optional<String> host,

        @Doc("Further request headers.") Map<String, String> headers,

        @Doc(value = "Statuses that mean up: numbers and ranges.", example = "[200, 204, 300-399]")
        @Default("200-399")
        @Range(min = "1")
        @Matches(value = "[1-5]\\d\\d(-[1-5]\\d\\d)?", expected = "a status such as 200 or a range such as 200-399")
        List<String> status,

        @Doc(value = "Text that the body must contain, as UTF-8.", example = "'\"status\":\"ok\"'")
        @Range(min = "1", max = "4096")
        Optional<String> bodyContains,

        @Doc(value = "Regular expression that must be found in the body.", example = "'\"status\"\\s*:\\s*\"ok\"'")
        @Range(min = "1", max = "4096")
        Optional<String> bodyMatches,

        @Doc("How much of the body is read for `body_contains` and `body_matches`.")
        @Default("64KiB")
        @Range(min = "1B", max = "1MiB")
        ByteSize bodyLimit) {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern FIELD_VALUE = Pattern.compile("[\\x20-\\x7e\\x80-\\xff\\t]*");
    private static final Set<String> OWN_HEADERS = Set.of("connection", "content-length", "transfer-encoding");

    /** Refuses what cannot be sent or can never match. */
    HttpCheckConfig {
        headers.forEach((name, value) -> checkHeader(name, value));
        if (host.isPresent() && headers.keySet().stream().anyMatch("host"::equalsIgnoreCase)) {
            throw new InvalidConfig("headers", "has a host beside 'host'; remove one");
        }
        if (method.equals("HEAD") && (bodyContains.isPresent() || bodyMatches.isPresent())) {
            throw new InvalidConfig(
                    "method", "HEAD has no body to look at; use GET, or remove body_contains and body_matches");
        }
        status.forEach(StatusSet::check);
        bodyMatches.ifPresent(HttpCheckConfig::checkExpression);
    }

    private static void checkHeader(String name, String value) {
        if (!TOKEN.matcher(name).matches()) {
            throw new InvalidConfig("headers", "'" + name + "' is no header name");
        }
        if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidConfig("headers", "'" + name + "' is set by the check itself; remove it");
        }
        if (!FIELD_VALUE.matcher(value).matches()) {
            throw new InvalidConfig("headers", "the value of '" + name + "' has control characters");
        }
    }

    private static void checkExpression(String expression) {
        try {
            Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new InvalidConfig(
                    "body_matches",
                    "must be a regular expression: " + e.getDescription().toLowerCase(Locale.ROOT) + " near index "
                            + e.getIndex());
        }
    }
}

package io.leba.plugin.filter.headers;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys below {@code headers}. */
@Doc(
        "Changes fields of requests and responses. First fields are removed, then set, then added. In values `%{name}` stands for"
                + " what the exchange is: " + Template.NAMES + "; `%%{` stands for the characters `%{`.")
record HeadersConfig(
        @Doc(value = "What is changed on the way to a backend.", example = "{set: {X-Client: \"%{client_ip}\"}}")
        @Default("{}")
        Changes request,

        @Doc(
                value = "What is changed on the way to the client, also in answers of other filters.",
                example = "{set: {Strict-Transport-Security: max-age=31536000}, remove: [Server]}")
        @Default("{}")
        Changes response) {
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "transfer-encoding",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "proxy-connection",
            "expect");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Checks what is known of a response only, and of a request only. */
    HeadersConfig {
        request.set().values().forEach(HeadersConfig::requireOfRequest);
        request.add().values().forEach(HeadersConfig::requireOfRequest);
        if (request.remove().stream().anyMatch("host"::equalsIgnoreCase)
                || request.add().keySet().stream().anyMatch("host"::equalsIgnoreCase)) {
            throw new InvalidConfig("request", "a request has one Host; set it instead");
        }
    }

    private static void requireOfRequest(String text) {
        if (Template.of("request", text).isOfResponse()) {
            throw new InvalidConfig("request", "'" + text + "' says what is known with the response only");
        }
    }

    /** Changes of one head. */
    @Doc("Changes of the fields of a head.")
    record Changes(
            @Doc(value = "Fields that replace all of their name.", example = "{X-Frame-Options: DENY}")
            Map<String, String> set,

            @Doc(value = "Fields that are added to those of their name.", example = "{Vary: Origin}")
            Map<String, String> add,

            @Doc(value = "Names of fields that are removed.", example = "[Server, X-Powered-By]")
            List<String> remove) {
        /** Checks names and values. */
        Changes {
            remove.forEach(name -> requireName("remove", name));
            set.forEach((name, value) -> requireField("set", name, value));
            add.forEach((name, value) -> requireField("add", name, value));
        }

        private static void requireField(String key, String name, String value) {
            requireName(key, name);
            boolean isFine = value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7f && c <= 0xff);
            if (!isFine || !value.strip().equals(value)) {
                throw new InvalidConfig(
                        key, name + ": must be printable characters without space around them, got '" + value + "'");
            }
            Template.of(key, value);
        }

        private static void requireName(String key, String name) {
            if (!NAME.matcher(name).matches()) {
                throw new InvalidConfig(key, "must be header names such as X-Client, got '" + name + "'");
            }
            if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidConfig(
                        key, "'" + name + "' frames the message or belongs to one hop; LEBA writes it itself");
            }
        }
    }
}

package io.leba.plugin.health.grpc;

import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Range;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is asked. */
@Doc(
        "Asks `grpc.health.v1.Health/Check` over HTTP/2, inside TLS where the group speaks TLS; the backend is up if the answer is `SERVING`.")
record GrpcCheckConfig(
        @Doc(value = "Service whose health is asked for. Default: the backend as a whole.", example = "shop.v1.Orders")
        @Range(min = "1", max = "1000")
        Optional<String> service,

        @Doc(value = "The request's `:authority`. Default: the backend's address.", example = "orders.internal")
        @Matches(value = "[\\x21-\\x7e]{1,255}", expected = "a host name, with a port if need be")
        Optional<String> authority,

        @Doc(
                value = "Metadata that is sent along; values of names that end in `-bin` are base64.",
                example = "{authorization: Bearer abc}")
        Map<String, String> metadata) {

    private static final int MOST_METADATA = 8192;
    private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]+");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
    private static final Set<String> OWN = Set.of(
            "connection", "content-length", "content-type", "host", "keep-alive", "te", "transfer-encoding", "upgrade");

    /** Refuses what cannot be sent. */
    GrpcCheckConfig {
        metadata.forEach(GrpcCheckConfig::check);
        int size = metadata.entrySet().stream()
                .mapToInt(one -> one.getKey().length() + one.getValue().length())
                .sum();
        if (size > MOST_METADATA) {
            throw new InvalidConfig("metadata", "is " + size + " bytes; must be at most " + MOST_METADATA);
        }
    }

    private static void check(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidConfig(
                    "metadata", "'" + name + "' is no name; use lower-case letters, digits, '_', '-' and '.'");
        }
        if (OWN.contains(name) || name.startsWith("grpc-")) {
            throw new InvalidConfig("metadata", "'" + name + "' is set by the check itself; remove it");
        }
        if (name.endsWith("-bin") && !BASE64.matcher(value).matches()) {
            throw new InvalidConfig("metadata", "the value of '" + name + "' must be base64");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new InvalidConfig(
                    "metadata", "the value of '" + name + "' must be printable ASCII without spaces around it");
        }
    }
}

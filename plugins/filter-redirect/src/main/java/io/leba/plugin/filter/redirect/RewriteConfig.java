package io.leba.plugin.filter.redirect;

import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import java.util.List;
import java.util.Optional;

/** The keys below {@code rewrite}. */
@Doc("Sends requests on to another path or host; routing goes by what the client sent. The query stays.")
record RewriteConfig(
        @Doc(value = "Taken away from the beginning of paths that have it, segment by segment.", example = "/api")
        @Matches(value = "(/[\\x21-\\x7e&&[^?#*/]]+)+", expected = "a path without a slash at its end, such as /api")
        Optional<String> stripPrefix,

        @Doc("Paths that change; the first form that fits. After `strip_prefix`.")
        List<PathChange> paths,

        @Doc(value = "Put in front of every path, after all others.", example = "/v2")
        @Matches(value = "(/[\\x21-\\x7e&&[^?#*/]]+)+", expected = "a path without a slash at its end, such as /v2")
        Optional<String> addPrefix,

        @Doc(value = "Host that backends are asked for, with a port if need be.", example = "internal.example.com")
        @Matches(
                value = "([A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+\\])(:\\d{1,5})?",
                expected = "a host name, with or without a port")
        Optional<String> host) {
    /** Requires something to change. */
    RewriteConfig {
        if (stripPrefix.isEmpty() && paths.isEmpty() && addPrefix.isEmpty() && host.isEmpty()) {
            throw new InvalidConfig("nothing changes; write strip_prefix, paths, add_prefix or host");
        }
    }
}

package io.leba.plugin.filter.redirect;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Range;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys below {@code redirect}. */
@Doc(
        "Sends clients elsewhere. What is not written stays as the request has it; a request that is there already passes.")
record RedirectConfig(
        @Doc(value = "The scheme.", example = "https") @Matches(value = "https?", expected = "http or https")
        Optional<String> scheme,

        @Doc(value = "The host, without a port.", example = "www.example.com")
        @Matches(value = "[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+\\]", expected = "a host name without a port")
        Optional<String> host,

        @Doc("The port. Default: the scheme's, if scheme or host change.") @Range(min = "1", max = "65535")
        Optional<Integer> port,

        @Doc(
                "Paths that change; the first form that fits. A request whose path fits none keeps it, and passes if nothing else changes.")
        List<PathChange> paths,

        @Doc("301, 302, 303, 307 or 308; 307 and 308 keep the method.") @Default("308")
        int status,

        @Doc(value = "Paths that are let through.", example = "[/.well-known/acme-challenge/*]")
        List<String> except) {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    /** Requires something to change. */
    RedirectConfig {
        if (scheme.isEmpty() && host.isEmpty() && port.isEmpty() && paths.isEmpty()) {
            throw new InvalidConfig("nothing changes; write scheme, host, port or paths");
        }
        if (!STATUSES.contains(status)) {
            throw new InvalidConfig("status", "must be 301, 302, 303, 307 or 308, got " + status);
        }
        for (String path : except) {
            if (!path.startsWith("/") || !PathPattern.isPattern(path)) {
                throw new InvalidConfig("except", "must be paths such as /public/*, got '" + path + "'");
            }
        }
    }
}

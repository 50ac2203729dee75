package io.leba.plugin.protocol.http;

import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a request must look like for a routing rule; everything that is written must hold.
 *
 * @param pathPattern the path
 * @param host the host
 * @param methods the method
 * @param headers fields
 */
@Doc("Which HTTP requests a routing rule is for. The first rule in the order of the file that matches wins.")
public record HttpRoute(
        @Doc(
                value =
                        "Path without the query, with `*` for any number of any characters: `/login` is exact, `/api/*` a prefix, `*.css` a suffix. Escapes of unreserved characters (`%61`) match their plain form.",
                example = "/api/v1/*")
        @Matches(value = "[/*][\\x21-\\x7e]*", expected = "a path pattern that starts with '/' or '*', such as /api/*")
        Optional<String> pathPattern,

        @Doc(
                value = "Host without the port, or `*.` and a domain for all its subdomains. Case does not matter.",
                example = "\"*.example.com\"")
        @Matches(
                value = "(\\*\\.)?[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+\\]",
                expected = "a host name or *.domain, without a port")
        Optional<String> host,

        @Doc(value = "Methods; any if none is given.", example = "[GET, HEAD]")
        Set<String> methods,

        @Doc(
                value =
                        "Fields that must be there, with the value each must have; `*` stands for any number of any characters.",
                example = "{X-Canary: \"yes\"}")
        Map<String, String> headers) {
    /** Checks methods and names. */
    public HttpRoute {
        for (String method : methods) {
            if (!isToken(method)) {
                throw new InvalidConfig("methods", "must be method names such as GET, got '" + method + "'");
            }
        }
        for (String name : headers.keySet()) {
            if (!isToken(name)) {
                throw new InvalidConfig("headers", "must be header names such as X-Canary, got '" + name + "'");
            }
        }
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
    }
}

package io.leba.plugin.protocol.tcp;

import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which connections a routing rule is for, by what the client says in its TLS hello; everything that is written must hold.
 *
 * @param sni server names
 * @param alpn protocols
 */
@Doc("Which TCP connections a routing rule is for, by the client's TLS hello, which is read and passed on as it is. "
        + "The first rule in the order of the file that matches wins; one without these keys takes every connection.")
public record TcpRoute(
        @Doc(
                value =
                        "Server names that the client may ask for (SNI): a name, `*.` and a domain for all its subdomains, or"
                                + " `*` for any name. Case does not matter.",
                example = "[example.com, \"*.example.com\"]")
        List<String> sni,

        @Doc(value = "Protocols, of which the client must offer one (ALPN).", example = "[h2]")
        List<String> alpn) {
    private static final Pattern NAME = Pattern.compile("\\*|(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /** Checks names. */
    public TcpRoute {
        for (String name : sni) {
            if (!NAME.matcher(name).matches()) {
                throw new InvalidConfig(
                        "sni", "must be host names such as example.com or *.example.com, got '" + name + "'");
            }
        }
        for (String protocol : alpn) {
            int length = protocol.getBytes(StandardCharsets.UTF_8).length;
            if (length == 0 || length > 255) {
                throw new InvalidConfig("alpn", "must be protocol names such as h2, got '" + protocol + "'");
            }
        }
    }

    /** Whether it asks for anything. */
    boolean isConditional() {
        return !sni.isEmpty() || !alpn.isEmpty();
    }
}

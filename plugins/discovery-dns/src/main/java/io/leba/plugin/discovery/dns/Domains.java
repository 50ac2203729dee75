package io.leba.plugin.discovery.dns;

import io.leba.spi.config.InvalidConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** What may stand for {@code domain}. */
final class Domains {
    private Domains() {}

    /** Refuses what is no name, a port that the records bring, and a port that nobody brings. */
    static void check(String domain, Optional<Integer> port) {
        try {
            Name.fromString(domain);
        } catch (TextParseException e) {
            throw new InvalidConfig("domain", "must be a domain name, got '" + domain + "'");
        }
        if (isService(domain) && port.isPresent()) {
            throw new InvalidConfig("port", "is brought by the SRV records of " + domain + "; remove it");
        }
        if (!isService(domain) && port.isEmpty()) {
            throw new InvalidConfig("port", "is required; only SRV records, of names that begin with '_', bring one");
        }
    }

    /** Whether the name is one of a service (RFC 2782). */
    static boolean isService(String domain) {
        return domain.startsWith("_");
    }

    /** The address that a text is; empty if it is none. Nothing is looked up. */
    static Optional<InetAddress> literal(String text) {
        int family = text.indexOf(':') >= 0 ? Address.IPv6 : Address.IPv4;
        byte[] bytes = Address.toByteArray(text, family);
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}

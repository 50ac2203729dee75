package io.leba.plugin.discovery.dns;

import io.leba.spi.config.InvalidConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ResolverConfig;

/** DNS servers, as written and as the system has them. */
final class Servers {
    private static final int PORT = 53;

    private Servers() {}

    /** Refuses a server that is not written as an IP address with or without a port. */
    static void check(List<String> written) {
        for (String server : written) {
            if (parse(server).isEmpty()) {
                throw new InvalidConfig(
                        "resolvers",
                        "must be IP addresses such as 10.0.0.53, 127.0.0.1:5353 or [::1]:53, got '" + server + "'");
            }
        }
    }

    /** What {@link #check} let pass. */
    static List<InetSocketAddress> parse(List<String> written) {
        return written.stream().map(server -> parse(server).orElseThrow()).toList();
    }

    private static Optional<InetSocketAddress> parse(String written) {
        boolean isBracketed = written.startsWith("[") && written.indexOf(']') > 0;
        int hostEnd = written.length();
        if (isBracketed) {
            hostEnd = written.indexOf(']');
        } else if (written.indexOf(':') == written.lastIndexOf(':') && written.indexOf(':') >= 0) {
            hostEnd = written.indexOf(':');
        }
        Optional<InetAddress> host = Domains.literal(written.substring(isBracketed ? 1 : 0, hostEnd));
        String rest = written.substring(isBracketed ? hostEnd + 1 : hostEnd);
        if (host.isEmpty() || !rest.matches("|:\\d{1,5}")) {
            return Optional.empty();
        }
        int port = rest.isEmpty() ? PORT : Integer.parseInt(rest.substring(1));
        return port >= 1 && port <= 65_535 ? Optional.of(new InetSocketAddress(host.get(), port)) : Optional.empty();
    }

    /** The system's; the loopback address where it names none. Reads files. */
    static List<InetSocketAddress> ofSystem() {
        List<InetSocketAddress> servers = ResolverConfig.getCurrentConfig().servers();
        return servers.isEmpty() ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT)) : servers;
    }
}

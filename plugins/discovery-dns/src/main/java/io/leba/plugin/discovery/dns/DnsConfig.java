package io.leba.plugin.discovery.dns;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Key;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One name, in a group's {@code discovery}. */
@Doc("Backends behind a DNS name: one for each address, or for each SRV record.")
record DnsConfig(
        @Doc(value = "The name; one that begins with `_` is looked up as SRV.", example = "_http._tcp.app.example.com")
        @Matches(value = "\\S+", expected = "a domain name")
        String domain,

        @Doc("Port of the backends; SRV records bring their own.") @Range(min = "1", max = "65535")
        Optional<Integer> port,

        @Doc("How often the name is looked up; sooner if its time to live is shorter.")
        @Key(value = "resolution_interval", aliases = "interval")
        @Default("30s")
        @Range(min = "1s", max = "1d")
        Duration resolutionInterval,

        @Doc("Which addresses are used; `auto` is IPv4 if there is any, else IPv6.") @Default("auto")
        AddressFamily family,

        @Doc(
                value =
                        "DNS servers to ask, in this order. Default: the system's, with its search list and hosts file.",
                example = "[10.0.0.53, \"127.0.0.1:5353\"]")
        List<String> resolvers,

        @Doc("How long a DNS server may take to answer; each is asked twice.")
        @Default("2s")
        @Range(min = "50ms", max = "30s")
        Duration timeout,

        @Doc("Whether the backends stay when the name no longer exists.") @Default("keep")
        IfMissing ifMissing,

        Position position) {
    /** Refuses names, ports and servers that cannot be. */
    DnsConfig {
        Domains.check(domain, port);
        Servers.check(resolvers);
    }

    DnsSource source() {
        return new DnsSource(
                new DnsSource.Question(domain, port, family, Servers.parse(resolvers), timeout),
                resolutionInterval,
                ifMissing,
                new DnsSource.Membership(Optional.empty(), Optional.empty(), 0, position));
    }
}

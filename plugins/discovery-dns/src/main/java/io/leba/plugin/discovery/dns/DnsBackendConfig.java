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

/** One item of {@code dns_backends}: as {@link DnsConfig}, and where the backends belong. */
@Doc("A DNS name whose addresses, or SRV records, are backends.")
record DnsBackendConfig(
        @Doc(value = "The name; one that begins with `_` is looked up as SRV.", example = "api.example.com")
        @Matches(value = "\\S+", expected = "a domain name")
        String domain,

        @Doc("Protocol that the backends speak. Default: that of the group.")
        Optional<String> protocol,

        @Doc("Port of the backends; SRV records bring their own.") @Range(min = "1", max = "65535")
        Optional<Integer> port,

        @Doc("How often the name is looked up; sooner if its time to live is shorter.")
        @Key(value = "resolution_interval", aliases = "interval")
        @Default("30s")
        @Range(min = "1s", max = "1d")
        Duration resolutionInterval,

        @Doc("Group that the backends belong to. Default: the protocol's default group.")
        Optional<String> groupName,

        @Doc(
                "Whether these backends are used first. Others of the same group then serve when no primary one is available. Default: all are equal.")
        Optional<Boolean> isPrimary,

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
    DnsBackendConfig {
        Domains.check(domain, port);
        Servers.check(resolvers);
    }

    DnsSource source(int priority) {
        return new DnsSource(
                new DnsSource.Question(domain, port, family, Servers.parse(resolvers), timeout),
                resolutionInterval,
                ifMissing,
                new DnsSource.Membership(protocol, groupName, priority, position));
    }
}

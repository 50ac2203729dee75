package io.leba.plugin.discovery.dns;

import io.leba.spi.config.Doc;
import io.leba.spi.config.Inline;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names listed at the root. */
@Inline
@Doc("Backends behind DNS names.")
record DnsBackendsConfig(
        @Doc(
                value = "The names.",
                example =
                        "[{domain: api.example.com, protocol: http, port: 80, group_name: app, resolution_interval: 30s}]")
        List<DnsBackendConfig> dnsBackends) {

    /**
     * What is to be looked up. A name with {@code is_primary: true} is used first; the other names of its group, and those
     * with {@code is_primary: false}, are used when nothing before them is available. Where none is marked, all are equal.
     */
    List<DnsSource> sources() {
        Set<List<Object>> withPrimary = new HashSet<>();
        for (DnsBackendConfig backend : dnsBackends) {
            if (backend.isPrimary().orElse(false)) {
                withPrimary.add(group(backend));
            }
        }
        return dnsBackends.stream()
                .map(backend ->
                        backend.source(backend.isPrimary().orElse(!withPrimary.contains(group(backend))) ? 0 : 1))
                .toList();
    }

    private static List<Object> group(DnsBackendConfig backend) {
        return List.of(backend.groupName(), backend.groupName().isPresent() ? "" : backend.protocol());
    }
}

package io.leba.plugin.discovery.dns;

import io.leba.spi.Scope;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;

/** Makes the discovery of all names listed at the root of the configuration. */
final class DnsBackendsProvider implements DiscoveryProvider<DnsBackendsConfig> {
    @Override
    public String type() {
        return "dns-backends";
    }

    @Override
    public Class<DnsBackendsConfig> configType() {
        return DnsBackendsConfig.class;
    }

    @Override
    public Discovery create(DnsBackendsConfig config, Scope scope) {
        return new Dns(config.sources(), scope.background());
    }
}

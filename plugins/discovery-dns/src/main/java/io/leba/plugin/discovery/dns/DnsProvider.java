package io.leba.plugin.discovery.dns;

import io.leba.spi.Scope;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import java.util.List;

/** Makes the discovery of one group from one name. */
final class DnsProvider implements DiscoveryProvider<DnsConfig> {
    @Override
    public String type() {
        return "dns";
    }

    @Override
    public Class<DnsConfig> configType() {
        return DnsConfig.class;
    }

    @Override
    public Discovery create(DnsConfig config, Scope scope) {
        return new Dns(List.of(config.source()), scope.background());
    }
}

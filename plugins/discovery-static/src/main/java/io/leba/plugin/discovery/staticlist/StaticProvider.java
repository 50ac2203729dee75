package io.leba.plugin.discovery.staticlist;

import io.leba.spi.Scope;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;

/** Makes {@link Static}. */
final class StaticProvider implements DiscoveryProvider<StaticConfig> {
    @Override
    public String type() {
        return "static";
    }

    @Override
    public Class<StaticConfig> configType() {
        return StaticConfig.class;
    }

    @Override
    public Discovery create(StaticConfig config, Scope scope) {
        return new Static(config.backends());
    }
}

package io.leba.plugin.filter.compression;

import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;

/** The key {@code compression} on a frontend, a group or a rule. */
final class CompressionProvider implements HttpFilterProvider<CompressionConfig> {
    @Override
    public String type() {
        return "compression";
    }

    @Override
    public Class<CompressionConfig> configType() {
        return CompressionConfig.class;
    }

    @Override
    public Phase phase() {
        return Phase.TRANSFORM;
    }

    @Override
    public HttpFilter create(CompressionConfig config, Scope scope) {
        return new Compression(config, scope);
    }
}

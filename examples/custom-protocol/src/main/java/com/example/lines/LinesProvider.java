package com.example.lines;

import io.leba.spi.Scope;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;

/** {@code protocol: lines} of frontends, groups and backends. */
final class LinesProvider implements ProtocolProvider<LinesConfig> {
    @Override
    public String type() {
        return "lines";
    }

    @Override
    public Class<LinesConfig> configType() {
        return LinesConfig.class;
    }

    @Override
    public Protocol create(LinesConfig config, Scope scope) {
        return new Lines(config);
    }
}

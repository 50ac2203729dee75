package io.leba.plugin.protocol.tcp;

import io.leba.spi.Scope;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;

/** Makes {@code protocol: tcp}, and {@code protocol: tls} for the same inside TLS. */
public final class TcpProvider implements ProtocolProvider<TcpConfig> {
    /** Stateless. */
    public TcpProvider() {}

    @Override
    public String type() {
        return "tcp";
    }

    @Override
    public String secureType() {
        return "tls";
    }

    @Override
    public Class<TcpConfig> configType() {
        return TcpConfig.class;
    }

    @Override
    public Class<TcpRoute> routeType() {
        return TcpRoute.class;
    }

    @Override
    public Protocol create(TcpConfig config, Scope scope) {
        return new TcpProtocol(config, scope);
    }
}

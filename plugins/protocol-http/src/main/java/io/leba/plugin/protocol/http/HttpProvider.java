package io.leba.plugin.protocol.http;

import io.leba.plugin.protocol.http.exchange.Engine;
import io.leba.spi.Scope;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;
import java.util.List;

/** Makes {@code protocol: http}, which is {@code https} inside TLS. */
public final class HttpProvider implements ProtocolProvider<HttpConfig> {
    /** Holds nothing. */
    public HttpProvider() {}

    @Override
    public String type() {
        return "http";
    }

    @Override
    public String secureType() {
        return "https";
    }

    @Override
    public List<Dialect> dialects() {
        return List.of(new Dialect("h2c", false), new Dialect("h2", true));
    }

    @Override
    public Class<HttpConfig> configType() {
        return HttpConfig.class;
    }

    @Override
    public Class<? extends Record> routeType() {
        return HttpRoute.class;
    }

    @Override
    public Class<? extends Record> groupType() {
        return HttpGroup.class;
    }

    @Override
    public boolean takesHttpFilters() {
        return true;
    }

    @Override
    public Detector detector() {
        return new HttpDetector();
    }

    @Override
    public Protocol create(HttpConfig config, Scope scope) {
        return new Engine(config, scope);
    }
}

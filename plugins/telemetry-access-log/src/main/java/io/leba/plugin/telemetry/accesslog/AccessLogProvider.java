package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.Scope;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;

/** Makes the log from the root key {@code access_log}. */
public final class AccessLogProvider implements TelemetryProvider<AccessLogConfig> {
    /** Stateless. */
    public AccessLogProvider() {}

    @Override
    public String type() {
        return "access_log";
    }

    @Override
    public Class<AccessLogConfig> configType() {
        return AccessLogConfig.class;
    }

    @Override
    public Telemetry create(AccessLogConfig config, Scope scope) {
        return AccessLog.open(config, scope);
    }
}

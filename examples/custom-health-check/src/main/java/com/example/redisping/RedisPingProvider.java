package com.example.redisping;

import io.leba.spi.Scope;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;
import java.nio.charset.StandardCharsets;

/** {@code health_check: {type: redis-ping}} of a group. */
final class RedisPingProvider implements HealthCheckProvider<RedisPingConfig> {
    @Override
    public String type() {
        return "redis-ping";
    }

    @Override
    public Class<RedisPingConfig> configType() {
        return RedisPingConfig.class;
    }

    @Override
    public HealthCheck create(RedisPingConfig config, Scope scope) {
        String commands = config.password().map(text -> "AUTH " + text + "\r\n").orElse("") + "PING\r\n";
        byte[] request = commands.getBytes(StandardCharsets.US_ASCII);
        int answers = config.password().isPresent() ? 2 : 1;
        return (ConversationCheck) target -> new RedisPing(request, answers);
    }
}

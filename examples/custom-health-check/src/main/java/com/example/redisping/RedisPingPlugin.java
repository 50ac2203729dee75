package com.example.redisping;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the health check {@code redis-ping}. */
public final class RedisPingPlugin implements LebaPlugin {
    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new RedisPingProvider());
    }
}

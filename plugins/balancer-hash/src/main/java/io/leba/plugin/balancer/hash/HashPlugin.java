package io.leba.plugin.balancer.hash;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides {@code ip-hash} and {@code consistent-hash}. */
public final class HashPlugin implements LebaPlugin {
    /** For the service loader. */
    public HashPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new IpHashProvider(), new ConsistentHashProvider());
    }
}

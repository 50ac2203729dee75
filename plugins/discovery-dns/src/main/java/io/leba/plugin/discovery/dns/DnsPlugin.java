package io.leba.plugin.discovery.dns;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the discovery {@code dns}, and {@code dns-backends}, which owns the root key {@code dns_backends}. */
public final class DnsPlugin implements LebaPlugin {
    /** For the service loader. */
    public DnsPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new DnsProvider(), new DnsBackendsProvider());
    }
}

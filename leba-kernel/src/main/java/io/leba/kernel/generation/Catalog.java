package io.leba.kernel.generation;

import io.leba.kernel.config.SlotResolver;
import io.leba.kernel.config.SlotTarget;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.plugin.PluginCatalog;
import io.leba.spi.Provider;
import io.leba.spi.auth.AuthProvider;
import io.leba.spi.auth.Authenticator;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.protocol.ProtocolProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The installed providers, as configuration looks them up: by product and word. */
final class Catalog implements SlotResolver {
    private static final Map<Class<?>, Class<? extends Provider<?, ?>>> KINDS = Map.of(
            BalancerPolicy.class, kind(BalancerProvider.class),
            Discovery.class, kind(DiscoveryProvider.class),
            HealthCheck.class, kind(HealthCheckProvider.class),
            HttpFilter.class, kind(HttpFilterProvider.class),
            Authenticator.class, kind(AuthProvider.class));

    private final PluginCatalog plugins;

    Catalog(PluginCatalog plugins) {
        this.plugins = plugins;
    }

    /** The raw class as the class of the wildcard type that callers want. */
    @SuppressWarnings("unchecked")
    static <P extends Provider<?, ?>> Class<P> kind(Class<?> raw) {
        return (Class<P>) raw;
    }

    @Override
    public Optional<SlotTarget> resolve(Class<?> product, String type) {
        return owner(product, type).map(owned -> new SlotTarget(owned.provider().configType(), owned));
    }

    @Override
    public List<String> types(Class<?> product) {
        List<String> types = new ArrayList<>();
        plugins.providers(kindOf(product))
                .forEach(owned -> types.add(owned.provider().type()));
        return types;
    }

    Optional<? extends Owned<? extends Provider<?, ?>>> owner(Class<?> product, String type) {
        return plugins.provider(kindOf(product), type);
    }

    private static Class<? extends Provider<?, ?>> kindOf(Class<?> product) {
        Class<? extends Provider<?, ?>> kind = KINDS.get(product);
        if (kind == null) {
            throw new IllegalArgumentException("no slot holds a " + product.getName());
        }
        return kind;
    }

    <P extends Provider<?, ?>> List<Owned<P>> providers(Class<?> kind) {
        Class<P> typed = kind(kind);
        return plugins.providers(typed);
    }

    /** The protocol that a user's word stands for. */
    Optional<Sections.ProtocolWord> protocol(String word) {
        for (Owned<ProtocolProvider<?>> owned : this.<ProtocolProvider<?>>providers(ProtocolProvider.class)) {
            if (owned.provider().type().equals(word)) {
                return Optional.of(new Sections.ProtocolWord(word, owned, false));
            }
            if (owned.provider().secureType().equals(word)) {
                return Optional.of(new Sections.ProtocolWord(word, owned, true));
            }
        }
        return Optional.empty();
    }

    /** All words that name a protocol. */
    List<String> protocolWords() {
        List<String> words = new ArrayList<>();
        for (Owned<ProtocolProvider<?>> owned : this.<ProtocolProvider<?>>providers(ProtocolProvider.class)) {
            words.add(owned.provider().type());
            if (!owned.provider().secureType().isEmpty()) {
                words.add(owned.provider().secureType());
            }
        }
        return words;
    }
}

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The installed providers, as configuration looks them up: by product and word. One thread. */
final class Catalog implements SlotResolver {
    private static final Map<Class<?>, Class<? extends Provider<?, ?>>> KINDS = Map.of(
            BalancerPolicy.class, kind(BalancerProvider.class),
            Discovery.class, kind(DiscoveryProvider.class),
            HealthCheck.class, kind(HealthCheckProvider.class),
            HttpFilter.class, kind(HttpFilterProvider.class),
            Authenticator.class, kind(AuthProvider.class));

    private final PluginCatalog plugins;
    private final Map<Class<?>, List<?>> byKind = new HashMap<>();
    private final Map<String, Sections.ProtocolWord> protocols = new LinkedHashMap<>();

    Catalog(PluginCatalog plugins) {
        this.plugins = plugins;
        for (Owned<ProtocolProvider<?>> owned : this.<ProtocolProvider<?>>providers(ProtocolProvider.class)) {
            String word = owned.provider().type();
            protocols.putIfAbsent(word, new Sections.ProtocolWord(word, owned, false));
            String secure = owned.provider().secureType();
            if (!secure.isEmpty()) {
                protocols.putIfAbsent(secure, new Sections.ProtocolWord(secure, owned, true));
            }
            for (ProtocolProvider.Dialect dialect : owned.provider().dialects()) {
                protocols.putIfAbsent(
                        dialect.word(), new Sections.ProtocolWord(dialect.word(), owned, dialect.isSecure()));
            }
        }
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

    @SuppressWarnings("unchecked")
    <P extends Provider<?, ?>> List<Owned<P>> providers(Class<?> kind) {
        return (List<Owned<P>>) byKind.computeIfAbsent(kind, any -> {
            Class<P> typed = kind(kind);
            return plugins.providers(typed);
        });
    }

    /** The protocol that a user's word stands for. */
    Optional<Sections.ProtocolWord> protocol(String word) {
        return Optional.ofNullable(protocols.get(word));
    }

    /** All words that name a protocol on a frontend. */
    List<String> frontendWords() {
        return protocols.values().stream()
                .filter(word -> !word.isDialect())
                .map(Sections.ProtocolWord::word)
                .toList();
    }

    /** All words that name a protocol. */
    List<String> protocolWords() {
        return List.copyOf(protocols.keySet());
    }
}

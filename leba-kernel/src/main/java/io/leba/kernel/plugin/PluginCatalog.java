package io.leba.kernel.plugin;

import io.leba.spi.Provider;
import io.leba.spi.control.PluginInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The open realms of one moment and all that they provide. Immutable; any thread. A generation is compiled from one
 * catalog and stays with it. Whoever keeps a catalog keeps the classes of its realms.
 */
public final class PluginCatalog {
    private final List<Realm> realms;
    private final List<PluginInfo> infos;
    private final Map<String, Owned<?>> providers = new LinkedHashMap<>();

    /** @param realms whose providers are of distinct types within their kinds */
    PluginCatalog(List<Realm> realms, List<PluginInfo> infos) {
        this.realms = realms.stream().sorted(Comparator.comparing(Realm::id)).toList();
        this.infos = infos.stream()
                .sorted(Comparator.comparing(PluginInfo::id).thenComparing(PluginInfo::jar))
                .toList();
        for (Realm realm : this.realms) {
            realm.providers()
                    .forEach(provider ->
                            providers.put(ProviderKinds.key(provider), new Owned<Provider<?, ?>>(provider, realm)));
        }
    }

    /** No plugins. */
    public static PluginCatalog empty() {
        return new PluginCatalog(List.of(), List.of());
    }

    /** The open realms, by id. */
    public List<Realm> realms() {
        return realms;
    }

    /** The realm of a plugin. */
    public Optional<Realm> realm(String id) {
        return realms.stream().filter(realm -> realm.id().equals(id)).findFirst();
    }

    /** Every installed jar, also those that are disabled or failed. */
    public List<PluginInfo> infos() {
        return infos;
    }

    /**
     * The provider of a type.
     *
     * @param kind one of the interfaces that {@link Provider} permits, {@code BalancerProvider.class}
     * @param type the word in the configuration
     */
    public <P extends Provider<?, ?>> Optional<Owned<P>> provider(Class<P> kind, String type) {
        Owned<?> owned = providers.get(ProviderKinds.word(kind) + " " + type);
        return owned == null ? Optional.empty() : Optional.of(cast(kind, owned));
    }

    /** All providers of a kind, by plugin and in each plugin's order. */
    public <P extends Provider<?, ?>> List<Owned<P>> providers(Class<P> kind) {
        List<Owned<P>> found = new ArrayList<>();
        for (Owned<?> owned : providers.values()) {
            if (kind.isInstance(owned.provider())) {
                found.add(cast(kind, owned));
            }
        }
        return List.copyOf(found);
    }

    private static <P extends Provider<?, ?>> Owned<P> cast(Class<P> kind, Owned<?> owned) {
        return new Owned<>(kind.cast(owned.provider()), owned.realm());
    }
}

package io.leba.kernel.plugin;

import io.leba.spi.Provider;
import io.leba.spi.protocol.ProtocolProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The kinds of extension: what {@link Provider} permits. */
final class ProviderKinds {
    private static final List<Class<?>> KINDS = Arrays.asList(Provider.class.getPermittedSubclasses());
    private static final String SUFFIX = "Provider";
    /** Asked for each of thousands of configured things. */
    private static final Map<Class<?>, String> WORDS =
            KINDS.stream().collect(Collectors.toUnmodifiableMap(kind -> kind, ProviderKinds::wordOf));

    private ProviderKinds() {}

    /** The kinds that a provider is of; a right one is of one kind. */
    static List<Class<?>> of(Provider<?, ?> provider) {
        return KINDS.stream().filter(kind -> kind.isInstance(provider)).toList();
    }

    /** {@code health-check} for {@code HealthCheckProvider}. */
    static String word(Class<?> kind) {
        return WORDS.get(kind);
    }

    private static String wordOf(Class<?> kind) {
        String name = kind.getSimpleName();
        return name.substring(0, name.length() - SUFFIX.length())
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    /** {@code balancer round-robin}: what tells a provider from every other of a catalog. */
    static String key(Provider<?, ?> provider) {
        return word(of(provider).get(0)) + " " + provider.type();
    }

    /** All that a provider answers to, each of which is its own: a protocol has a second word where there is TLS. */
    static List<String> keys(Provider<?, ?> provider) {
        String key = key(provider);
        if (!(provider instanceof ProtocolProvider<?> protocol)) {
            return List.of(key);
        }
        List<String> keys = new ArrayList<>(List.of(key));
        if (!protocol.secureType().isEmpty()) {
            keys.add(word(ProtocolProvider.class) + " " + protocol.secureType());
        }
        protocol.dialects().forEach(dialect -> keys.add(word(ProtocolProvider.class) + " " + dialect.word()));
        return keys;
    }
}

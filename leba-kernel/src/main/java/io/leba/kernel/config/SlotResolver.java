package io.leba.kernel.config;

import java.util.List;
import java.util.Optional;

/** Knows which providers are installed. */
public interface SlotResolver {
    /** Knows none. */
    SlotResolver NONE = new SlotResolver() {
        @Override
        public Optional<SlotTarget> resolve(Class<?> product, String type) {
            return Optional.empty();
        }

        @Override
        public List<String> types(Class<?> product) {
            return List.of();
        }
    };

    /**
     * The provider for a type.
     *
     * @param product what it makes: {@code BalancerPolicy}, {@code HealthCheck}, …
     * @param type the word written in YAML
     */
    Optional<SlotTarget> resolve(Class<?> product, String type);

    /** All types that make {@code product}, sorted. */
    List<String> types(Class<?> product);
}

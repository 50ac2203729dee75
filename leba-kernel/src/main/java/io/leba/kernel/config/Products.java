package io.leba.kernel.config;

import io.leba.spi.auth.Authenticator;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.http.HttpFilter;
import java.util.Map;

/** What users call the things that fill slots. */
final class Products {
    private static final Map<Class<?>, String> NAMES = Map.of(
            BalancerPolicy.class, "balancer",
            HealthCheck.class, "health check",
            Discovery.class, "discovery",
            Authenticator.class, "authenticator",
            HttpFilter.class, "filter");

    private Products() {}

    static String name(Class<?> product) {
        String name = NAMES.get(product);
        return name == null ? Spelling.snake(product.getSimpleName()).replace('_', ' ') : name;
    }
}

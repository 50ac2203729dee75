package io.leba.spi;

import io.leba.spi.auth.AuthProvider;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.telemetry.TelemetryProvider;

/**
 * Makes one kind of extension from typed configuration. An instance is identified by its place in the configuration,
 * kind, type, plugin realm and bound configuration; what is equal in the next generation is reused, not rebuilt. A
 * provider holds no state of its own.
 *
 * @param <C> the configuration record (see {@link io.leba.spi.config}); it need not be public, nor its package exported
 *     or opened: the kernel opens the plugin's packages to itself
 * @param <T> the product
 */
public sealed interface Provider<C extends Record, T>
        permits ProtocolProvider,
                BalancerProvider,
                DiscoveryProvider,
                HealthCheckProvider,
                AuthProvider,
                HttpFilterProvider,
                ClusterProvider,
                TelemetryProvider,
                ServiceProvider {
    /** The word that selects this provider in YAML, lower case, words joined by hyphens (keys: by underscores). */
    String type();

    /** The record that its keys are bound to. */
    Class<C> configType();

    /**
     * Makes an instance. Whatever must be closed is given to {@link Scope#onClose}; if this method throws, what was
     * given so far is closed in reverse order.
     *
     * @throws io.leba.spi.config.InvalidConfig if the configuration cannot work; reported at its place, and the
     *     generation is not published
     */
    @OnControl
    T create(C config, Scope scope);
}

package io.leba.spi.control;

import io.leba.spi.Provider;

/**
 * Makes a service of the node itself: management API, dashboard, control socket. Only these may look at and change the
 * node as a whole, through {@link Control}.
 *
 * @param <C> the configuration record; {@link io.leba.spi.config.Inline} or below a root key named after the type
 */
public non-sealed interface ServiceProvider<C extends Record> extends Provider<C, Service> {
    /** Whether an instance with all defaults is made when none of its keys is written. */
    default boolean isOnByDefault() {
        return false;
    }
}

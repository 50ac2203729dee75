package io.leba.spi.protocol;

import io.leba.spi.Provider;
import io.leba.spi.config.NoConfig;

/**
 * Makes a protocol: {@code protocol: …} of a frontend, a group or a backend. The configuration record's components are
 * keys of the frontend itself, beside those of the kernel ({@code name}, {@code protocol}, {@code address}, {@code port},
 * {@code default_backend}, {@code tls}).
 *
 * @param <C> the configuration record
 */
public non-sealed interface ProtocolProvider<C extends Record> extends Provider<C, Protocol> {
    /** The word for the same protocol inside TLS ({@code https}); empty if there is none. */
    default String secureType() {
        return "";
    }

    /**
     * The record for the keys of a routing rule under this protocol ({@code path_pattern}), beside those of the kernel
     * ({@code name}, {@code target_backend}). {@link NoConfig} if it does not route.
     */
    default Class<? extends Record> routeType() {
        return NoConfig.class;
    }

    /**
     * The record for the keys of a group under this protocol, beside those of the kernel and of filters; it comes back in {@link
     * FrontendPlan.GroupPlan#settings}. {@link NoConfig} if there are none.
     */
    default Class<? extends Record> groupType() {
        return NoConfig.class;
    }

    /** Whether HTTP filters may be attached to its frontends, routes and groups. */
    default boolean takesHttpFilters() {
        return false;
    }

    /** Recognises the protocol from a connection's first bytes. Stateless. */
    default Detector detector() {
        return Detector.NEVER;
    }
}

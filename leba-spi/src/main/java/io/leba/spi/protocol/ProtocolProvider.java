package io.leba.spi.protocol;

import io.leba.spi.Provider;
import io.leba.spi.config.NoConfig;
import java.util.List;

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
     * Further words for groups and backends that speak the protocol in a way of their own ({@code h2c}); none is a frontend's.
     * {@link Group#spoken} says which one holds.
     */
    default List<Dialect> dialects() {
        return List.of();
    }

    /**
     * A way in which backends may speak the protocol.
     *
     * @param word as users write it
     * @param isSecure whether inside TLS
     */
    record Dialect(String word, boolean isSecure) {}

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

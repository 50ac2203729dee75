package io.leba.spi.http;

import io.leba.spi.Provider;
import java.util.Set;

/**
 * Makes an HTTP filter. Its type is a key: {@code rate_limit: {…}} on a frontend, a group or a route.
 *
 * @param <C> the configuration record
 */
public non-sealed interface HttpFilterProvider<C extends Record> extends Provider<C, HttpFilter> {
    /** Where the key may stand. */
    default Set<Level> levels() {
        return Set.of(Level.values());
    }

    /** Where in the chain the filter runs, on the way in; the way out is the reverse. Within a phase: order of the file. */
    Phase phase();

    /** A place for a filter's key. */
    enum Level {
        /** All exchanges of a listening address. */
        FRONTEND,
        /** The exchanges that a routing rule sends. */
        ROUTE,
        /** The exchanges that reach a group. */
        GROUP
    }

    /** Phases in the order in which they run on a request. */
    enum Phase {
        /** Who may come in at all: address lists, connection limits. */
        ADMISSION,
        /** Who it is. */
        AUTHENTICATION,
        /** How much it may: rate limits. */
        LIMIT,
        /** What is changed: headers, rewrites, compression. */
        TRANSFORM,
        /** What answers instead of a backend: cache, coalescing. */
        ANSWER
    }
}

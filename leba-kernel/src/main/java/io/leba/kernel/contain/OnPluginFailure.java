package io.leba.kernel.contain;

import io.leba.spi.config.Doc;

/** What becomes of an exchange whose filter or algorithm is in quarantine because it kept failing. */
public enum OnPluginFailure {
    /** It is refused: 500 for a filter, 503 for an algorithm. */
    @Doc("Refuse the exchange.")
    REJECT,
    /** It goes on without the filter; without an algorithm any available backend is taken. */
    @Doc("Go on without it.")
    SKIP,
    /** The same as {@link #SKIP}, as one says it of an algorithm. */
    @Doc("Any available backend in place of the algorithm; a filter is left out.")
    FALLBACK
}

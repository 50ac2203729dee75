package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.h2.Allowance;

/**
 * What a client may do of things that are fine now and then: so many at once, so many a second in the long run, and more for what it
 * makes LEBA do of use. One connection's.
 */
public final class PeerConduct {
    private static final int RESETS = 200;
    private static final int RESETS_A_SECOND = 20;
    private static final int USELESS = 200;
    private static final int USELESS_A_SECOND = 20;

    private final Allowance resets;
    private final Allowance useless;

    /** A client of which nothing is known, at a time. */
    public PeerConduct(long nanos) {
        resets = new Allowance(RESETS, RESETS_A_SECOND, nanos);
        useless = new Allowance(USELESS, USELESS_A_SECOND, nanos);
    }

    /** A stream is reset, or is made to be; false: too often (CVE-2023-44487, CVE-2025-8671). */
    public boolean takesReset(long nanos) {
        return resets.take(nanos);
    }

    /** A frame that moves nothing; false: too many. */
    public boolean takesUseless(long nanos) {
        return useless.take(nanos);
    }

    /** A request was served. */
    public void served() {
        resets.earn(1);
        useless.earn(1);
    }
}

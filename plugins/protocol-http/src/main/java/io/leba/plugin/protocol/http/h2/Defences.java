package io.leba.plugin.protocol.http.h2;

/**
 * Counts what costs LEBA more than the peer. Ordinary work earns back what ordinary clients do beside it: cancelled requests, pings, window
 * updates; so busy connections are not limited in it, and a peer that does nothing else soon is.
 */
final class Defences {
    private static final int RESETS = 200;
    private static final int RESETS_A_SECOND = 20;
    private static final int USELESS = 2_000;
    private static final int USELESS_A_SECOND = 200;
    private static final int TINY = 1_000;
    private static final int TINY_A_SECOND = 100;
    private static final int EARNED = 2;

    private final Allowance resets;
    private final Allowance provoked;
    private final Allowance useless;
    private final Allowance tiny;

    Defences(int streams, long nanos) {
        int burst = Math.max(RESETS, 2 * streams);
        resets = new Allowance(burst, RESETS_A_SECOND, nanos);
        provoked = new Allowance(burst, RESETS_A_SECOND, nanos);
        useless = new Allowance(USELESS, USELESS_A_SECOND, nanos);
        tiny = new Allowance(TINY, TINY_A_SECOND, nanos);
    }

    /** The peer resets a stream that is being served. */
    boolean takesReset(long nanos) {
        return resets.take(nanos);
    }

    /** The peer makes this end reset a stream. */
    boolean takesProvokedReset(long nanos) {
        return provoked.take(nanos);
    }

    /** A frame that moves nothing. */
    boolean takesUseless(long nanos) {
        return useless.take(nanos);
    }

    /** A frame of data that a tiny window makes tiny. */
    boolean takesTiny(long nanos) {
        return tiny.take(nanos);
    }

    /** A stream ended as it should. */
    void streamCompleted() {
        resets.earn(1);
        provoked.earn(1);
    }

    /** A field block or data has moved. */
    void moved() {
        useless.earn(EARNED);
    }
}

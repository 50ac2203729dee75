package io.leba.plugin.protocol.http.h2;

/** How the last streams were closed: frames that were on their way when one was reset are no offence (RFC 9113 §5.1). */
final class ClosedStreams {
    /** How. */
    enum Way {
        /** Both ends said all. */
        ENDED,
        /** The peer reset it. */
        BY_PEER,
        /** This end reset it. */
        BY_SELF,
        /** So long ago that it is forgotten. */
        UNKNOWN
    }

    private static final int KEPT = 128;
    private static final Way[] WAYS = Way.values();

    private int[] ids;
    private byte[] ways;
    private int next;

    void add(int id, Way way) {
        if (ids == null) {
            ids = new int[KEPT];
            ways = new byte[KEPT];
        }
        ids[next] = id;
        ways[next] = (byte) way.ordinal();
        next = next + 1 & KEPT - 1;
    }

    Way find(int id) {
        for (int i = 0; ids != null && i < KEPT; i++) {
            if (ids[i] == id) {
                return WAYS[ways[i]];
            }
        }
        return Way.UNKNOWN;
    }
}

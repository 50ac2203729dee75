package io.leba.plugin.protocol.http.h2;

/** What a peer may do of something that is fine now and then: so many at once, and so many a second in the long run. */
public final class Allowance {
    private static final long SECOND = 1_000_000_000L;

    private final long most;
    private final long nanosEach;
    private long left;
    private long since;

    /** An allowance of so many, with so many more a second, from a time on. */
    public Allowance(int most, int perSecond, long nanos) {
        this.most = most;
        this.nanosEach = SECOND / perSecond;
        this.left = most;
        this.since = nanos;
    }

    /** Uses one; false: there was none left. */
    public boolean take(long nanos) {
        long earned = (nanos - since) / nanosEach;
        if (earned > 0) {
            since += earned * nanosEach;
            left = Math.min(most, left + earned);
        }
        return --left >= 0;
    }

    /** Gives some back, for something useful. */
    public void earn(int count) {
        left = Math.min(most, left + count);
    }
}

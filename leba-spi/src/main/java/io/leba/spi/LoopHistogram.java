package io.leba.spi;

/**
 * A distribution of durations from 1 µs to about an hour in log-linear buckets with a relative error of at most 1/16, one
 * row of buckets a loop.
 */
public interface LoopHistogram {
    /** Records a duration; only the loop with this index may call it with this index. */
    @OnLoop
    void record(int loop, long nanos);

    /** The merged distribution. Any thread. */
    Snapshot snapshot();

    /** A merged distribution at one moment. */
    interface Snapshot {
        /** Recorded values. */
        long count();

        /** Sum of the recorded values in nanoseconds. */
        long sumNanos();

        /** The greatest recorded value's bucket bound in nanoseconds; 0 if empty. */
        long maxNanos();

        /** The value in nanoseconds below which {@code quantile} (0 to 1) of the recorded values lie; 0 if empty. */
        long quantileNanos(double quantile);

        /** How many recorded values are at most {@code nanos}, to bucket accuracy. */
        long countAtMost(long nanos);
    }
}

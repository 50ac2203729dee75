package io.leba.kernel.meters;

import io.leba.spi.LoopHistogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Durations in buckets whose width doubles with each power of two and is a sixteenth of it, so that a value and its bucket's
 * bound differ by at most a sixteenth. Each loop has a row of its own, made when it records for the first time; recording
 * is two additions to plain memory.
 */
public final class LogLinearHistogram implements LoopHistogram {
    /** Buckets to a power of two. */
    static final int STEPS = 16;

    private static final int STEP_BITS = 4;
    private static final int FIRST_BITS = 10; // 1024 ns: everything below is in the first bucket
    private static final int LAST_BITS = 42; // 73 minutes: everything above is in the last bucket
    private static final int SUM = (LAST_BITS - FIRST_BITS) * STEPS + 1;

    /** How many buckets there are. */
    static final int BUCKETS = SUM;

    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[][] rows;

    /** Empty. */
    public LogLinearHistogram(int loops) {
        rows = new long[loops][];
    }

    /** The bucket of a value: bucket 0 ends at 1024 ns, then sixteen to a power of two. Lower bounds are exclusive. */
    static int bucket(long nanos) {
        long value = nanos - 1;
        if (value < 1L << FIRST_BITS) {
            return 0;
        }
        int bits = 63 - Long.numberOfLeadingZeros(value);
        if (bits >= LAST_BITS) {
            return BUCKETS - 1;
        }
        int step = (int) (value >>> (bits - STEP_BITS)) & (STEPS - 1);
        return 1 + (bits - FIRST_BITS) * STEPS + step;
    }

    /** The greatest value that belongs to a bucket. */
    static long bound(int bucket) {
        if (bucket == 0) {
            return 1L << FIRST_BITS;
        }
        int bits = FIRST_BITS + ((bucket - 1) >> STEP_BITS);
        long step = (bucket - 1) & (STEPS - 1);
        return (STEPS + step + 1) << (bits - STEP_BITS);
    }

    @Override
    public void record(int loop, long nanos) {
        long[] row = rows[loop];
        if (row == null) {
            row = newRow(loop);
        }
        long value = Math.max(nanos, 0);
        int bucket = bucket(value);
        CELL.setOpaque(row, bucket, row[bucket] + 1);
        CELL.setOpaque(row, SUM, row[SUM] + value);
    }

    private long[] newRow(int loop) {
        long[] row = new long[SUM + 1];
        ROW.setRelease(rows, loop, row);
        return row;
    }

    @Override
    public Snapshot snapshot() {
        long[] merged = new long[BUCKETS];
        long count = 0;
        long sum = 0;
        for (int loop = 0; loop < rows.length; loop++) {
            long[] row = (long[]) ROW.getAcquire(rows, loop);
            if (row == null) {
                continue;
            }
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                long cell = (long) CELL.getOpaque(row, bucket);
                merged[bucket] += cell;
                count += cell;
            }
            sum += (long) CELL.getOpaque(row, SUM);
        }
        return new Merged(merged, count, sum);
    }

    private record Merged(long[] buckets, long count, long sumNanos) implements Snapshot {
        @Override
        public long maxNanos() {
            for (int bucket = buckets.length - 1; bucket >= 0; bucket--) {
                if (buckets[bucket] > 0) {
                    return bound(bucket);
                }
            }
            return 0;
        }

        @Override
        public long quantileNanos(double quantile) {
            if (count == 0) {
                return 0;
            }
            long rank = Math.max(1, (long) Math.ceil(Math.min(Math.max(quantile, 0), 1) * count));
            long seen = 0;
            for (int bucket = 0; bucket < buckets.length; bucket++) {
                seen += buckets[bucket];
                if (seen >= rank) {
                    return bound(bucket);
                }
            }
            return maxNanos();
        }

        @Override
        public long countAtMost(long nanos) {
            int last = bucket(nanos);
            // A bucket that the limit cuts belongs to those above it, unless the limit is its bound.
            int end = nanos >= bound(last) ? last : last - 1;
            long seen = 0;
            for (int bucket = 0; bucket <= end; bucket++) {
                seen += buckets[bucket];
            }
            return seen;
        }
    }
}

package io.leba.kernel.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LoopHistogram.Snapshot;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogLinearHistogramTest {
    @Test
    void everyValueBelongsToTheFirstBucketWhoseBoundIsNotBelowIt() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            long value = random.nextLong(1L << random.nextInt(1, 43));
            int bucket = LogLinearHistogram.bucket(value);
            assertTrue(value <= LogLinearHistogram.bound(bucket), () -> "value " + value);
            assertTrue(bucket == 0 || value > LogLinearHistogram.bound(bucket - 1), () -> "value " + value);
        }
    }

    @Test
    void boundsGrowByASixteenthAtMost() {
        for (int bucket = 1; bucket < LogLinearHistogram.BUCKETS; bucket++) {
            long below = LogLinearHistogram.bound(bucket - 1);
            long bound = LogLinearHistogram.bound(bucket);
            assertTrue(bound > below, "bucket " + bucket);
            assertTrue(bound - below <= below / LogLinearHistogram.STEPS, "bucket " + bucket);
        }
        assertEquals(1024, LogLinearHistogram.bound(0));
        assertEquals(1L << 42, LogLinearHistogram.bound(LogLinearHistogram.BUCKETS - 1));
    }

    @Test
    void quantilesAreWithinASixteenthOfTheTruth() {
        LogLinearHistogram histogram = new LogLinearHistogram(2);
        SplittableRandom random = new SplittableRandom(2);
        long[] values = new long[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) (2_000 * Math.exp(10 * random.nextDouble()));
            histogram.record(i & 1, values[i]);
        }
        Arrays.sort(values);

        Snapshot snapshot = histogram.snapshot();
        assertEquals(values.length, snapshot.count());
        assertEquals(Arrays.stream(values).sum(), snapshot.sumNanos());
        for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
            long truth = values[(int) Math.ceil(quantile * values.length) - 1];
            long told = snapshot.quantileNanos(quantile);
            assertTrue(told >= truth && told - truth <= truth / 16.0, quantile + ": " + told + " for " + truth);
        }
        assertEquals(snapshot.quantileNanos(1), snapshot.maxNanos());
    }

    @Test
    void countsWhatIsAtMostALimit() {
        LogLinearHistogram histogram = new LogLinearHistogram(1);
        histogram.record(0, 500);
        histogram.record(0, 1024);
        histogram.record(0, TimeUnit.MILLISECONDS.toNanos(1));
        histogram.record(0, TimeUnit.MILLISECONDS.toNanos(100));

        Snapshot snapshot = histogram.snapshot();
        assertEquals(0, snapshot.countAtMost(1023));
        assertEquals(2, snapshot.countAtMost(1024));
        assertEquals(2, snapshot.countAtMost(TimeUnit.MICROSECONDS.toNanos(900)));
        assertEquals(3, snapshot.countAtMost(TimeUnit.MILLISECONDS.toNanos(2)));
        assertEquals(4, snapshot.countAtMost(Long.MAX_VALUE));
    }

    @Test
    void takesValuesOutsideItsRangeAsTheNearestBucket() {
        LogLinearHistogram histogram = new LogLinearHistogram(1);
        histogram.record(0, -5);
        histogram.record(0, 0);
        histogram.record(0, Long.MAX_VALUE / 4);

        Snapshot snapshot = histogram.snapshot();
        assertEquals(3, snapshot.count());
        assertEquals(2, snapshot.countAtMost(1024));
        assertEquals(1L << 42, snapshot.maxNanos());
    }

    @Test
    void anEmptyOneHasNothingToTell() {
        Snapshot snapshot = new LogLinearHistogram(3).snapshot();

        assertEquals(0, snapshot.count());
        assertEquals(0, snapshot.sumNanos());
        assertEquals(0, snapshot.maxNanos());
        assertEquals(0, snapshot.quantileNanos(0.99));
        assertEquals(0, snapshot.countAtMost(Long.MAX_VALUE));
    }
}

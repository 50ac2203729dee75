package io.leba.testkit.balance;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;

/** How often each backend was picked. */
public final class Shares {
    private Shares() {}

    /** Picks with keys 0, 1, 2, … and counts. {@link Balancer#NONE} fails. */
    public static long[] count(Balancer balancer, ScriptedPick context, int picks) {
        long[] counts = new long[context.set().size()];
        for (int i = 0; i < picks; i++) {
            counts[balancer.pick(context.key(i))]++;
        }
        return counts;
    }

    /** Pearson's statistic of the counts against the set's weights; n − 1 degrees of freedom for n available backends. */
    public static double chiSquare(long[] counts, BackendSet set) {
        double picks = 0;
        double weights = 0;
        for (int i = 0; i < counts.length; i++) {
            picks += counts[i];
            weights += set.weight(i);
        }
        double statistic = 0;
        for (int i = 0; i < counts.length; i++) {
            if (set.weight(i) > 0) {
                double expected = picks * set.weight(i) / weights;
                statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
        }
        return statistic;
    }

    /**
     * The value that the statistic of a fair algorithm stays below but for about once in 10,000 times (Wilson and Hilferty's
     * approximation).
     */
    public static double chiSquareLimit(int degreesOfFreedom) {
        double z = 3.719;
        double a = 2.0 / (9.0 * degreesOfFreedom);
        double root = 1 - a + z * Math.sqrt(a);
        return degreesOfFreedom * root * root * root;
    }
}

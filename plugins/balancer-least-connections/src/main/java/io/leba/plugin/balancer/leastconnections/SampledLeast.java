package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.PickContext;

/**
 * Draws a few in proportion to their weights and compares those. With k drawn of n equal backends and as many exchanges in
 * flight, the greatest load exceeds the mean by ln ln n / ln k + O(1) with high probability (Y. Azar, A. Broder, A. Karlin, E.
 * Upfal, "Balanced allocations", 1999; M. Mitzenmacher, "The power of two choices in randomized load balancing", 2001), and
 * that gap does not grow with the number of exchanges (P. Berenbrink, A. Czumaj, A. Steger, B. Vöcking, "Balanced allocations:
 * the heavily loaded case", 2006). Of equals the first drawn is taken.
 */
final class SampledLeast implements Balancer {
    private final BackendSet set;
    private final Candidates candidates;
    private final int sample;

    SampledLeast(BackendSet set, Candidates candidates, int sample) {
        this.set = set;
        this.candidates = candidates;
        this.sample = sample;
    }

    @Override
    public int pick(PickContext context) {
        int first = candidates.draw(context);
        int position = first;
        int best = -1;
        long bestLoad = 0;
        long bestWeight = 1;
        for (int drawn = 1; ; position = candidates.draw(context), drawn++) {
            int index = candidates.index(position);
            if (!context.isExcluded(index)) {
                long load = set.inFlight(index) + 1L;
                long weight = candidates.weight(position);
                // The idle are equal, whatever their weights: those have decided how often each is drawn.
                boolean isBetter = load * bestWeight < bestLoad * weight && !(load == 1 && bestLoad == 1);
                if (best < 0 || isBetter) {
                    best = position;
                    bestLoad = load;
                    bestWeight = weight;
                }
            }
            if (drawn == sample) {
                return candidates.index(best < 0 ? first : best);
            }
        }
    }
}

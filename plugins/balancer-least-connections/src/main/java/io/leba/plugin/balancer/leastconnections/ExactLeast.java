package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.PickContext;

/**
 * Compares all. Each scan begins behind the backend that the loop picked last and keeps the first of equals, so that equals
 * take turns however many others there are between them. What an exchange has tried is passed over: a backend that fails fast
 * would otherwise have the least in flight and be picked again.
 */
final class ExactLeast implements Balancer {
    private final BackendSet set;
    private final Candidates candidates;
    private final Turns turns;

    ExactLeast(BackendSet set, Candidates candidates, Turns turns) {
        this.set = set;
        this.candidates = candidates;
        this.turns = turns;
    }

    @Override
    public int pick(PickContext context) {
        int size = candidates.size();
        int first = turns.next(context.loop(), size);
        int best = -1;
        long bestLoad = 0;
        long bestWeight = 1;
        boolean isIdle = true;
        for (int step = 0, position = first; step < size; step++, position = position + 1 == size ? 0 : position + 1) {
            int index = candidates.index(position);
            if (context.isExcluded(index)) {
                continue;
            }
            long load = set.inFlight(index) + 1L;
            long weight = candidates.weight(position);
            isIdle &= load == 1;
            if (best < 0 || load * bestWeight < bestLoad * weight) {
                best = position;
                bestLoad = load;
                bestWeight = weight;
                if (load == 1 && candidates.isUniform()) {
                    break; // nothing can be better
                }
            }
        }
        if (best < 0) {
            best = first;
        } else if (isIdle && !candidates.isUniform()) {
            best = drawn(context, best);
        }
        turns.ended(context.loop(), best);
        return candidates.index(best);
    }

    /** All that are left are idle: by weight, unless what is drawn was tried before. */
    private int drawn(PickContext context, int otherwise) {
        int position = candidates.draw(context);
        return context.isExcluded(candidates.index(position)) ? otherwise : position;
    }
}

package io.leba.plugin.balancer.roundrobin;

import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.PickContext;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Backends take turns. One cursor for all loops makes the rotation exact for the group as a whole: of {@code k × length}
 * picks in a row, by whichever loops, every backend gets {@code k} times its turns. The cursor outlives recompilations, so
 * the rotation goes on where it was when a backend comes or goes.
 */
final class RoundRobin implements BalancerPolicy {
    private final AtomicLong cursor = new AtomicLong();

    @Override
    public Balancer compile(BackendSet set) {
        int[] turns = TurnTable.of(set);
        return turns.length == 0 ? context -> Balancer.NONE : new Rotation(cursor, turns);
    }

    /** Reads the next entry of a table that is walked round and round. */
    private static final class Rotation implements Balancer {
        private final AtomicLong cursor;
        private final int[] turns;

        Rotation(AtomicLong cursor, int[] turns) {
            this.cursor = cursor;
            this.turns = turns;
        }

        @Override
        public int pick(PickContext context) {
            return turns[(int) (cursor.getAndIncrement() % turns.length)];
        }
    }
}

package io.leba.plugin.balancer.hash;

import java.util.Optional;
import org.slf4j.Logger;

/**
 * Decides how many slots a table has. Another size moves most keys, so it must not follow the number of backends closely: it
 * changes once, far from the usual sizes, and goes back only when the group has become half that large. Health does not
 * matter, only membership does. Control thread.
 */
final class TableSize {
    private static final int SMALL_BITS = 16;
    private static final int LARGE_BITS = 20;
    private static final int LARGE_FROM = 513;
    private static final int SMALL_UP_TO = 256;
    /** With fewer slots a backend shares are far off. */
    private static final int SLOTS_PER_BACKEND = 16;

    private final Optional<Integer> fixedBits;
    private final Optional<Logger> logger;
    private boolean isLarge;
    private boolean hasWarned;

    private TableSize(Optional<Integer> fixedBits, Optional<Logger> logger) {
        this.fixedBits = fixedBits;
        this.logger = logger;
    }

    static TableSize automatic() {
        return new TableSize(Optional.empty(), Optional.empty());
    }

    /** As many slots, rounded up to a power of two; says once if they are too few for the group. */
    static TableSize fixed(int slots, Logger logger) {
        return new TableSize(Optional.of(Integer.SIZE - Integer.numberOfLeadingZeros(slots - 1)), Optional.of(logger));
    }

    /** The binary logarithm of the number of slots for a group of this size. */
    int bits(int members) {
        if (fixedBits.isPresent()) {
            warnIfSmall(1L << fixedBits.get(), members);
            return fixedBits.get();
        }
        if (members >= LARGE_FROM) {
            isLarge = true;
        } else if (members <= SMALL_UP_TO) {
            isLarge = false;
        }
        return isLarge ? LARGE_BITS : SMALL_BITS;
    }

    private void warnIfSmall(long slots, int members) {
        if (!hasWarned && slots < (long) members * SLOTS_PER_BACKEND) {
            hasWarned = true;
            logger.ifPresent(log -> log.warn(
                    "table_size {} is small for {} backends, some get far less than their share; at least {} would be right",
                    slots,
                    members,
                    (long) members * SLOTS_PER_BACKEND));
        }
    }
}

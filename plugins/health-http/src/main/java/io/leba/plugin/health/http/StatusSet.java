package io.leba.plugin.health.http;

import io.leba.spi.config.InvalidConfig;
import java.util.BitSet;
import java.util.List;

/** A set of statuses, written as numbers and ranges. */
final class StatusSet {
    private final BitSet statuses = new BitSet(600);
    private final String written;

    /** Takes what {@link #check} let pass. */
    StatusSet(List<String> written) {
        this.written = String.join(", ", written);
        for (String range : written) {
            statuses.set(low(range), high(range) + 1);
        }
    }

    /** Refuses a range that is upside down. */
    static void check(String range) {
        if (low(range) > high(range)) {
            throw new InvalidConfig("status", "'" + range + "' is empty; write the lower status first");
        }
    }

    private static int low(String range) {
        return Integer.parseInt(range.substring(0, 3));
    }

    private static int high(String range) {
        return Integer.parseInt(range.substring(range.length() - 3));
    }

    boolean contains(int status) {
        return statuses.get(status);
    }

    /** As configured. */
    @Override
    public String toString() {
        return written;
    }
}

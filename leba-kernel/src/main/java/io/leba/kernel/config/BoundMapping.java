package io.leba.kernel.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Several records bound from one mapping, and the keys that none of them knows. */
public final class BoundMapping {
    private final Map<Class<? extends Record>, Record> records;
    private final List<UnclaimedKey> unclaimed;

    BoundMapping(Map<Class<? extends Record>, Record> records, List<UnclaimedKey> unclaimed) {
        this.records = Map.copyOf(records);
        this.unclaimed = List.copyOf(unclaimed);
    }

    /**
     * A record. Empty if problems were reported for it, or if it is {@link io.leba.spi.config.Inline} and none of its keys
     * is written.
     */
    public <R extends Record> Optional<R> find(Class<R> type) {
        return Optional.ofNullable(records.get(type)).map(type::cast);
    }

    /** The same as {@link #find}, with null for none. */
    public <R extends Record> R get(Class<R> type) {
        return type.cast(records.get(type));
    }

    /** The keys that no record knows, in the order in which they are written; not reported yet. */
    public List<UnclaimedKey> unclaimed() {
        return unclaimed;
    }
}

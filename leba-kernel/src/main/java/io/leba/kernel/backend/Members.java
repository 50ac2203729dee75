package io.leba.kernel.backend;

import io.leba.spi.balance.BackendSet;
import java.util.List;

/** A group's members with their effective weights at one moment. Immutable; the counts that it shows are live. */
final class Members implements BackendSet {
    static final Members NONE = new Members(List.of());

    private final BackendEntry[] entries;
    private final int[] weights;
    private final int availableCount;

    Members(List<BackendEntry> entries) {
        this.entries = entries.toArray(BackendEntry[]::new);
        weights = Availability.weights(entries);
        int count = 0;
        for (int weight : weights) {
            count += weight > 0 ? 1 : 0;
        }
        availableCount = count;
    }

    @Override
    public int size() {
        return entries.length;
    }

    @Override
    public BackendEntry backend(int index) {
        return entries[index];
    }

    @Override
    public int weight(int index) {
        return weights[index];
    }

    @Override
    public int availableCount() {
        return availableCount;
    }

    @Override
    public int inFlight(int index) {
        return entries[index].inFlight();
    }

    @Override
    public long inFlight() {
        return entries.length == 0 ? 0 : entries[0].owner().inFlight();
    }

    /** Whether a balancer compiled for the other would be right for this one. */
    boolean equalsForPicking(Members other) {
        return java.util.Arrays.equals(entries, other.entries) && java.util.Arrays.equals(weights, other.weights);
    }
}

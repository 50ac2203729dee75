package io.leba.kernel.backend;

import io.leba.spi.control.BackendChange;
import java.util.OptionalInt;

/**
 * What an operator said of a backend, in place of what the configuration says.
 *
 * @param admin whether it serves
 * @param weight the weight that counts; empty: the configured one
 */
public record BackendOverride(Admin admin, OptionalInt weight) {
    /** Nothing was said. */
    public static final BackendOverride NONE = new BackendOverride(Admin.READY, OptionalInt.empty());

    /** Refuses weights that the configuration would refuse. */
    public BackendOverride {
        if (weight.isPresent() && (weight.getAsInt() < 0 || weight.getAsInt() > BackendChange.Weight.MAX)) {
            throw new IllegalArgumentException(
                    "weight must be between 0 and " + BackendChange.Weight.MAX + ", got " + weight.getAsInt());
        }
    }

    /** With one thing more said. */
    BackendOverride with(BackendChange change) {
        if (change instanceof BackendChange.Weight wanted) {
            return new BackendOverride(admin, OptionalInt.of(wanted.weight()));
        }
        if (change instanceof BackendChange.ConfiguredWeight) {
            return new BackendOverride(admin, OptionalInt.empty());
        }
        if (change instanceof BackendChange.Drain) {
            return new BackendOverride(Admin.DRAIN, weight);
        }
        return new BackendOverride(change instanceof BackendChange.Disable ? Admin.DISABLED : Admin.READY, weight);
    }

    /** For logs: what holds now. */
    @Override
    public String toString() {
        return admin.word() + (weight.isPresent() ? ", weight " + weight.getAsInt() : "");
    }
}

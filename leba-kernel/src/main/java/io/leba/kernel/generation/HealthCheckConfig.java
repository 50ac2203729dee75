package io.leba.kernel.generation;

import io.leba.kernel.config.Flat;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Range;
import io.leba.spi.config.Slot;
import io.leba.spi.health.HealthCheck;
import java.time.Duration;
import java.util.Optional;

/** {@code health_check}: the kernel's keys, with the check's own beside them. */
@Doc("When a backend is probed, and what a series of results means.")
public record HealthCheckConfig(
        @Doc("The check, by its `type`.") @Flat Slot<HealthCheck> check,

        @Doc("Time between probes.") @Default("5s") @Range(min = "50ms", max = "1h")
        Duration interval,

        @Doc("How long a probe may take.") @Default("2s") @Range(min = "10ms", max = "5m")
        Duration timeout,

        @Doc("Successes in a row after which a backend that is down counts as up.")
        @Default("2")
        @Range(min = "1", max = "100")
        int rise,

        @Doc("Failures in a row after which a backend that is up counts as down.")
        @Default("3")
        @Range(min = "1", max = "100")
        int fall,

        @Doc("Random share of the interval by which a probe comes earlier or later, in percent.")
        @Default("10")
        @Range(min = "0", max = "50")
        int jitter,

        @Doc("Time between probes while results differ from the state. Default: a quarter of `interval`.")
        @Range(min = "10ms", max = "1h")
        Optional<Duration> fastInterval) {
    /** A probe must end before the next one may begin. */
    public HealthCheckConfig {
        if (fastInterval.isPresent() && fastInterval.get().compareTo(interval) > 0) {
            throw new InvalidConfig("fast_interval", "must not be longer than interval (" + interval + ")");
        }
    }
}

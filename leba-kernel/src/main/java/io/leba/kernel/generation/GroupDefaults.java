package io.leba.kernel.generation;

import io.leba.kernel.backend.HealthSchedule;
import io.leba.spi.config.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What holds for a group that is not declared: the same as for one that is declared with no more than a name. */
final class GroupDefaults {
    private GroupDefaults() {}

    static GroupConfig of(String name) {
        return new GroupConfig(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                new GroupConfig.PoolConfig(256, Duration.ofSeconds(60)),
                Optional.empty(),
                Duration.ofSeconds(3),
                2,
                Optional.empty(),
                Optional.empty(),
                Position.NONE);
    }

    static HealthSchedule schedule(HealthCheckConfig config) {
        return new HealthSchedule(
                config.interval(),
                config.timeout(),
                config.rise(),
                config.fall(),
                config.jitter() / 100.0,
                config.fastInterval());
    }
}

package io.leba.kernel.config;

import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.NoConfig;
import io.leba.spi.config.Range;
import io.leba.spi.config.Slot;
import io.leba.spi.health.HealthCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Providers that tests take for installed: three balancers, of which one holds another, and two health checks. */
final class Installed implements SlotResolver {
    @Doc("Picks the better of some.")
    record Sampling(
            @Doc(value = "How many are looked at.", example = "4") @Default("2") @Range(min = "2", max = "16")
            int sample) {}

    @Doc("Prefers backends of its zone.")
    record Zoned(
            @Doc("The zone.") String zone,

            @Doc("Picks among the backends of the zone.") @Default("round-robin")
            Slot<BalancerPolicy> inner) {}

    @Doc("Asks for a page.")
    record HttpCheck(
            @Doc(value = "The page.", example = "/healthz") @Default("/")
            String path,

            @Doc("Statuses that count as healthy.") @Default("[200, 204]")
            List<Integer> status) {}

    private final Map<Class<?>, Map<String, SlotTarget>> targets;

    Installed() {
        this("1.0");
    }

    Installed(String realm) {
        targets = Map.of(
                BalancerPolicy.class,
                Map.of(
                        "round-robin", new SlotTarget(NoConfig.class, realm),
                        "least-connections", new SlotTarget(Sampling.class, realm),
                        "zoned", new SlotTarget(Zoned.class, realm)),
                HealthCheck.class,
                Map.of(
                        "tcp", new SlotTarget(NoConfig.class, realm),
                        "http", new SlotTarget(HttpCheck.class, realm)));
    }

    @Override
    public Optional<SlotTarget> resolve(Class<?> product, String type) {
        return Optional.ofNullable(targets.getOrDefault(product, Map.of()).get(type));
    }

    @Override
    public List<String> types(Class<?> product) {
        return targets.getOrDefault(product, Map.of()).keySet().stream()
                .sorted()
                .toList();
    }
}

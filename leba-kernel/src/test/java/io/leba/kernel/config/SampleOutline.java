package io.leba.kernel.config;

import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Cidr;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Inline;
import io.leba.spi.config.Key;
import io.leba.spi.config.Matches;
import io.leba.spi.config.NoConfig;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import io.leba.spi.config.Rate;
import io.leba.spi.config.Secret;
import io.leba.spi.config.Slot;
import io.leba.spi.health.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A document with one of everything, for the generators. */
final class SampleOutline {
    enum Transport {
        @Doc("The best of the platform.")
        AUTO,
        IO_URING
    }

    record Root(
            @Doc(value = "Name of this node.", example = "node1")
            Optional<String> nodeId,

            @Doc("Ports that may be used | by protocol.") Map<String, List<Integer>> allowedPorts,
            @Doc("How sockets are driven.") @Default("auto") Transport transport,
            @Doc("TLS for frontends.") Optional<Tls> tlsConfig,
            @Doc("Listening addresses.") List<MappingNode> frontendServices,
            @Doc("Groups of backends.") List<MappingNode> backendGroups) {}

    @Doc("A certificate and its key.")
    record Tls(
            @Doc("Whether TLS is on.") @Default("true") boolean enabled,

            @Doc(value = "Certificate chain in PEM.", example = "/etc/leba/cert.pem")
            Path certFile,

            @Doc("Pass phrase of the key.") @Secret Optional<String> passPhrase) {}

    @Inline
    record Api(
            @Doc(value = "Port of the management API.", example = "\"8080\"") @Range(min = "1", max = "65535")
            int apiPort,

            @Doc("Who may ask.") Set<Cidr> apiAllow) {}

    @Doc("Exports measurements.")
    record Metrics(
            @Doc("Path of the page.") @Default("/metrics") @Matches(value = "/[a-z/]*", expected = "a path")
            String path) {}

    record Frontend(
            @Doc("Name.") @Range(max = "64") String name,
            @Doc("Protocol.") String protocol,
            @Doc("Port.") @Range(min = "0", max = "65535") int port,
            Position position) {}

    record Http(
            @Doc("Longest request head.") @Default("8KiB") @Range(min = "1KiB")
            ByteSize maxHead,

            @Doc("Share of requests that are logged.") @Default("10%") @Range(min = "0", max = "1")
            double sample) {}

    record Limit(
            @Doc("Requests a client may send.") Rate rate,

            @Doc("Statuses.") @Default("429") @Range(min = "1", max = "3")
            List<Integer> statuses) {}

    record Group(
            @Doc("Name.") String name,

            @Doc("Chooses backends.") @Default("round-robin")
            Slot<BalancerPolicy> algorithm,

            @Doc("Watches backends.") Optional<Health> healthCheck,
            @Doc("Connections.") @Default("{}") Pool pool,
            @Doc("Overrides by backend.") Map<String, Pool> overrides) {}

    record Health(
            @Flat Slot<HealthCheck> check,

            @Doc("Time between probes.") @Default("5s") @Range(min = "10ms")
            Duration interval) {}

    record Pool(
            @Doc("Idle connections kept.")
            @Key(value = "max_idle", aliases = "idle")
            @Default("16")
            @Range(min = "0", max = "10000")
            int maxIdle,

            @Doc("Nested pools.") Map<String, Pool> children) {}

    record Custom(
            @Doc("What happens.") @Default("{max_idle: 3}") Pool inner) {}

    private SampleOutline() {}

    static Outline outline() {
        return new Outline(
                List.of(
                        new Outline.Section(
                                "",
                                "Root",
                                "Keys of the file itself.",
                                List.of(
                                        Outline.Part.of("kernel", Root.class),
                                        Outline.Part.of("admin-api", Api.class),
                                        Outline.Part.under("metrics", "telemetry-prometheus", Metrics.class))),
                        new Outline.Section(
                                "frontend_services[]",
                                "Frontends",
                                "Where LEBA listens.",
                                List.of(
                                        Outline.Part.of("kernel", Frontend.class),
                                        Outline.Part.of("protocol-http", Http.class)
                                                .when("protocol", List.of("http", "https")),
                                        Outline.Part.under("rate_limit", "filter-rate-limit", Limit.class)
                                                .when("protocol", List.of("http", "https")))),
                        new Outline.Section(
                                "backend_groups[]",
                                "Groups",
                                "What serves.",
                                List.of(
                                        Outline.Part.of("kernel", Group.class),
                                        Outline.Part.under("custom", "filter-custom", Custom.class)))),
                List.of(
                        new Outline.Choice(BalancerPolicy.class, "round-robin", "balancer-round-robin", NoConfig.class),
                        new Outline.Choice(
                                BalancerPolicy.class,
                                "least-connections",
                                "balancer-least-connections",
                                Installed.Sampling.class),
                        new Outline.Choice(BalancerPolicy.class, "zoned", "balancer-zoned", Installed.Zoned.class),
                        new Outline.Choice(HealthCheck.class, "tcp", "health-tcp", NoConfig.class),
                        new Outline.Choice(HealthCheck.class, "http", "health-http", Installed.HttpCheck.class)));
    }
}

package io.leba.kernel.generation;

import io.leba.kernel.contain.OnPluginFailure;
import io.leba.kernel.transport.ProxyVersion;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import io.leba.spi.config.Slot;
import io.leba.spi.discovery.Discovery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The kernel's keys of an item of {@code backend_groups}. */
@Doc("Backends that serve the same thing.")
public record GroupConfig(
        @Doc("Name, unique among groups.") String name,

        @Doc("Protocol that its backends speak. Default: that of its backends.")
        Optional<String> protocol,

        @Doc(value = "How a backend is picked. Default: `round-robin`.", example = "{type: least-connections}")
        Optional<Slot<BalancerPolicy>> algorithm,

        @Doc(
                value = "How backends are probed. Default: not at all.",
                example = "{type: http, path: /healthz, interval: 2s}")
        Optional<HealthCheckConfig> healthCheck,

        @Doc("Sources of backends, beside the root keys.") List<Slot<Discovery>> discovery,
        @Doc("Connections kept for re-use.") @Default("{}") PoolConfig pool,

        @Doc("TLS with its backends, where the protocol is a secure one (`https`).")
        Optional<BackendTlsConfig> tls,

        @Doc("How long a connection to a backend may take to come about.")
        @Default("3s")
        @Range(min = "1ms", max = "5m")
        Duration connectTimeout,

        @Doc("How many further backends are tried when a connection does not come about.")
        @Default("2")
        @Range(min = "0", max = "16")
        int connectRetries,

        @Doc(
                "Tells backends by the PROXY protocol, `v1` or `v2`, whom a connection is for. Such a connection serves that client connection only; health checks send the header without addresses.")
        Optional<ProxyVersion> proxyProtocol,

        @Doc(
                "What becomes of exchanges while its algorithm or a filter is in quarantine because it failed 5 times in a row. Default: what the root key says, else `fallback` for the algorithm and `reject` for filters.")
        Optional<OnPluginFailure> onPluginFailure,

        Position position) {
    /** The same with what is in force where nothing is written. */
    GroupConfig with(String word, Slot<BalancerPolicy> balancer) {
        return new GroupConfig(
                name,
                Optional.of(word),
                Optional.of(balancer),
                healthCheck,
                discovery,
                pool,
                tls,
                connectTimeout,
                connectRetries,
                proxyProtocol,
                onPluginFailure,
                position);
    }

    /**
     * Connections kept for re-use.
     *
     * @param maxIdle for each backend and event loop
     * @param idleTimeout after which an idle one is closed
     */
    @Doc("Connections to backends that are kept for re-use.")
    public record PoolConfig(
            @Doc("Idle connections kept for each backend and event loop.")
            @Default("256")
            @Range(min = "0", max = "65536")
            int maxIdle,

            @Doc("How long an idle connection is kept.") @Default("60s") @Range(min = "1s", max = "1h")
            Duration idleTimeout) {}
}

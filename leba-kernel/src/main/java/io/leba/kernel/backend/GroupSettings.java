package io.leba.kernel.backend;

import io.leba.kernel.transport.ProxyVersion;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.health.HealthCheck;
import java.time.Duration;
import java.util.Optional;

/**
 * What a generation wants of a group.
 *
 * @param spoken the word for how backends speak the protocol; empty: that of the protocol
 * @param algorithmType the algorithm's word, for display
 * @param policy the algorithm
 * @param failures what becomes of picks with which it fails
 * @param check how backends are probed; empty: they count as available
 * @param schedule when, and what a series of results means; not used without a check
 * @param pool idle connections
 * @param connectTimeout for a connection to come about
 * @param connectRetries further backends that may be tried
 * @param tls how backends are spoken to in TLS; empty: in the clear
 * @param proxyProtocol how backends are told whom a connection is for; empty: they are not
 */
public record GroupSettings(
        String spoken,
        String algorithmType,
        BalancerPolicy policy,
        BalancerFailures failures,
        Optional<HealthCheck> check,
        HealthSchedule schedule,
        PoolSettings pool,
        Duration connectTimeout,
        int connectRetries,
        Optional<ClientTls> tls,
        Optional<ProxyVersion> proxyProtocol) {
    /** Settings with an algorithm that no plugin provides. */
    GroupSettings(
            String algorithmType,
            BalancerPolicy policy,
            Optional<HealthCheck> check,
            HealthSchedule schedule,
            PoolSettings pool,
            Duration connectTimeout,
            int connectRetries,
            Optional<ClientTls> tls) {
        this(
                "",
                algorithmType,
                policy,
                BalancerFailures.uncounted(),
                check,
                schedule,
                pool,
                connectTimeout,
                connectRetries,
                tls,
                Optional.empty());
    }

    /** The settings of a group of which nothing but the algorithm is said. */
    public static GroupSettings of(String algorithmType, BalancerPolicy policy) {
        return new GroupSettings(
                "",
                algorithmType,
                policy,
                BalancerFailures.uncounted(),
                Optional.empty(),
                HealthSchedule.DEFAULT,
                PoolSettings.DEFAULT,
                Duration.ofSeconds(5),
                2,
                Optional.empty(),
                Optional.empty());
    }

    /** The same without anything that a plugin made. */
    GroupSettings orphaned() {
        return new GroupSettings(
                spoken,
                algorithmType,
                set -> context -> context.random(set.size()),
                BalancerFailures.uncounted(),
                Optional.empty(),
                schedule,
                pool,
                connectTimeout,
                connectRetries,
                tls,
                proxyProtocol);
    }
}

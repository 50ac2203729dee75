package io.leba.spi.control;

import java.util.List;
import java.util.Optional;

/**
 * A node at one moment, immutable.
 *
 * @param nodeId the configured name
 * @param version LEBA's version
 * @param generation the number of the generation that serves; 0 before the first
 * @param ready whether it takes traffic
 * @param uptimeMillis since the start
 * @param frontends the listening addresses
 * @param groups the groups with their backends
 */
public record NodeState(
        String nodeId,
        String version,
        long generation,
        boolean ready,
        long uptimeMillis,
        List<FrontendState> frontends,
        List<GroupState> groups) {
    /**
     * A listening address.
     *
     * @param name its name
     * @param protocol its protocol; {@code detect} where it is found from the first bytes
     * @param address {@code host:port} as bound
     * @param connections open client connections
     * @param exchanges exchanges since the start
     */
    public record FrontendState(String name, String protocol, String address, long connections, long exchanges) {}

    /**
     * A group.
     *
     * @param name its name
     * @param protocol its protocol
     * @param algorithm the balancer's type
     * @param backends its members
     */
    public record GroupState(String name, String protocol, String algorithm, List<BackendState> backends) {}

    /**
     * A backend.
     *
     * @param name its name
     * @param address {@code host:port}
     * @param weight the configured weight
     * @param weightOverride the weight that an operator set in its place
     * @param effectiveWeight its share of new traffic at this moment, relative to the others; 0: it gets nothing new, because
     *     it is down, drained, disabled, of weight 0, or of a priority that is not needed
     * @param admin what an operator wants of it: {@code ready}, {@code drain} or {@code disabled}
     * @param health {@code up}, {@code down} or {@code unchecked}; the latter also while it is disabled
     * @param reason why it is down; empty if it is not
     * @param inFlight exchanges in flight
     * @param exchanges exchanges since the start
     * @param failures of them failed by the backend's fault
     * @param idleConnections pooled connections
     */
    public record BackendState(
            String name,
            String address,
            int weight,
            Optional<Integer> weightOverride,
            int effectiveWeight,
            String admin,
            String health,
            String reason,
            long inFlight,
            long exchanges,
            long failures,
            long idleConnections) {}
}

package io.leba.kernel.generation;

import io.leba.kernel.backend.GroupRuntime;
import io.leba.kernel.generation.Sections.FilterSection;
import io.leba.kernel.generation.Sections.FrontendSection;
import io.leba.kernel.traffic.Frontend;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.control.NodeState.FrontendState;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What LEBA does, compiled: immutable, built beside the one that serves and put in its place as a whole.
 *
 * @param number from 1
 * @param sections the bound configuration
 * @param catalog the providers it was built with
 * @param cluster what a plugin shares with other nodes; empty: the node is on its own
 * @param instances the extension instances it uses
 * @param sources the discoveries that feed its groups
 * @param frontends by name
 * @param groups by name; with those made for a single backend
 * @param routes by name, in the order of the file
 */
record Generation(
        long number,
        Sections sections,
        Catalog catalog,
        Optional<ClusterState> cluster,
        Set<Instances.Instance> instances,
        List<Grouping.Source> sources,
        Map<String, Listening> frontends,
        Map<String, Grouped> groups,
        Map<String, Routed> routes) {
    /** One that serves nothing, under the same node. */
    static Generation nothingBefore(Generation first) {
        Sections none = new Sections(
                first.sections().node(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                first.sections().items());
        return new Generation(
                0, none, first.catalog(), Optional.empty(), Set.of(), List.of(), Map.of(), Map.of(), Map.of());
    }

    /**
     * A frontend with its socket's address.
     *
     * @param frontend the frontend
     * @param requested the address asked for, which is the socket's identity
     * @param section what it was made from
     * @param fallback the name of the group that serves what no rule sends elsewhere; empty: none, or one for each protocol
     * @param certificate tells one certificate from another; empty without TLS
     */
    record Listening(
            Frontend frontend,
            Sockets.Requested requested,
            FrontendSection section,
            String fallback,
            String certificate) {
        FrontendState state(InetSocketAddress bound) {
            String host = bound == null || bound.getAddress() == null
                    ? requested.address()
                    : bound.getAddress().isAnyLocalAddress()
                            ? "*"
                            : bound.getAddress().getHostAddress();
            int port = bound == null ? requested.port() : bound.getPort();
            String shown = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
            return new FrontendState(
                    frontend.name(), section.config().protocol(), shown, frontend.connections(), frontend.exchanges());
        }
    }

    /**
     * A group.
     *
     * @param runtime the group, which outlives the generation
     * @param only the one backend it holds of the group {@code of}; empty: all
     * @param of the group whose backends it holds
     * @param config what holds for it, with everything filled in that need not be written
     * @param filters as written
     * @param settings the protocol's own keys
     */
    record Grouped(
            GroupRuntime runtime,
            String only,
            String of,
            GroupConfig config,
            List<FilterSection> filters,
            Record settings) {
        /** The same for another runtime. */
        Grouped of(GroupRuntime other, String single) {
            return new Grouped(other, single, of, config, filters, settings);
        }
    }

    /**
     * A routing rule.
     *
     * @param config the kernel's keys
     * @param match the protocol's
     * @param filters as written
     */
    record Routed(RuleConfig config, Record match, List<FilterSection> filters) {}
}

package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.FrontendPlan.GroupPlan;
import io.leba.spi.protocol.FrontendPlan.RoutePlan;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.telemetry.ExchangeListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where the connections of one frontend go.
 *
 * @param frontend the frontend's name
 * @param protocol the word in the configuration
 * @param targets in the order of the file, and the last one for everything else
 * @param listeners told of each finished connection
 */
record TcpRoutes(String frontend, String protocol, List<Target> targets, List<ExchangeListener> listeners)
        implements Protocol.RouteTable {

    static TcpRoutes of(FrontendPlan plan) {
        List<Target> targets = new ArrayList<>();
        for (RoutePlan route : plan.routes()) {
            targets.add(target(route));
            if (!targets.get(targets.size() - 1).isConditional()) {
                break; // nothing comes to those behind it
            }
        }
        targets.add(
                new Target("", plan.defaultGroup().map(GroupPlan::group), false, false, Set.of(), List.of(), Set.of()));
        return new TcpRoutes(plan.name(), plan.protocol(), List.copyOf(targets), List.copyOf(plan.listeners()));
    }

    private static Target target(RoutePlan route) {
        TcpRoute match = (TcpRoute) route.match();
        Set<String> names = new HashSet<>();
        List<String> domains = new ArrayList<>();
        boolean isAnyName = false;
        for (String name : match.sni()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("*")) {
                isAnyName = true;
            } else if (lower.startsWith("*.")) {
                domains.add(lower.substring(1));
            } else {
                names.add(lower);
            }
        }
        return new Target(
                route.name(),
                Optional.of(route.target().group()),
                !match.sni().isEmpty(),
                isAnyName,
                Set.copyOf(names),
                List.copyOf(domains),
                Set.copyOf(match.alpn()));
    }

    /** Whether the client's hello decides. */
    boolean goByHello() {
        return targets.get(0).isConditional();
    }

    /**
     * The first target that takes the connection.
     *
     * @param hello null if the client does not speak TLS
     */
    @OnLoop
    Target find(ClientHello hello) {
        int i = 0;
        while (!targets.get(i).takes(hello)) {
            i++;
        }
        return targets.get(i);
    }

    /**
     * A group with its conditions.
     *
     * @param route the rule's name; empty for the default group
     * @param group empty if there is none
     * @param wantsName whether the client has to name a server
     * @param isAnyName whether any name will do
     * @param names that will do
     * @param domains whose subdomains will do, each with a dot in front
     * @param protocols of which the client must offer one; empty: none
     */
    record Target(
            String route,
            Optional<Group> group,
            boolean wantsName,
            boolean isAnyName,
            Set<String> names,
            List<String> domains,
            Set<String> protocols) {
        boolean isConditional() {
            return wantsName || !protocols.isEmpty();
        }

        @OnLoop
        boolean takes(ClientHello hello) {
            if (!isConditional()) {
                return true;
            }
            return hello != null
                    && (!wantsName || isNamed(hello.serverName()))
                    && (protocols.isEmpty() || isOffered(hello.protocols()));
        }

        private boolean isNamed(String name) {
            if (name.isEmpty()) {
                return false;
            }
            if (isAnyName || names.contains(name)) {
                return true;
            }
            for (int i = 0; i < domains.size(); i++) {
                if (name.length() > domains.get(i).length() && name.endsWith(domains.get(i))) {
                    return true;
                }
            }
            return false;
        }

        private boolean isOffered(List<String> offered) {
            for (int i = 0; i < offered.size(); i++) {
                if (protocols.contains(offered.get(i))) {
                    return true;
                }
            }
            return false;
        }
    }
}

package io.leba.plugin.protocol.tcp;

import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.FrontendPlan.GroupPlan;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.telemetry.ExchangeListener;
import java.util.List;
import java.util.Optional;

/**
 * Where the connections of one frontend go: a rule under TCP has no condition, so the first one takes all.
 *
 * @param frontend the frontend's name
 * @param protocol the word in the configuration
 * @param route the rule's name; empty for the default group
 * @param group the target; empty if there is none
 * @param listeners told of each finished connection
 */
record TcpRoutes(
        String frontend, String protocol, String route, Optional<Group> group, List<ExchangeListener> listeners)
        implements Protocol.RouteTable {

    static TcpRoutes of(FrontendPlan plan) {
        if (plan.routes().isEmpty()) {
            Optional<Group> group = plan.defaultGroup().map(GroupPlan::group);
            return new TcpRoutes(plan.name(), plan.protocol(), "", group, List.copyOf(plan.listeners()));
        }
        FrontendPlan.RoutePlan first = plan.routes().get(0);
        return new TcpRoutes(
                plan.name(),
                plan.protocol(),
                first.name(),
                Optional.of(first.target().group()),
                List.copyOf(plan.listeners()));
    }
}

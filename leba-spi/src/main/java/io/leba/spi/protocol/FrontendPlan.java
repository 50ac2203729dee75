package io.leba.spi.protocol;

import io.leba.spi.config.NoConfig;
import io.leba.spi.config.Position;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.telemetry.ExchangeListener;
import java.util.List;
import java.util.Optional;

/**
 * What a frontend is to do in one generation.
 *
 * @param name the frontend's name
 * @param protocol the word written, {@code http} or {@code https}
 * @param secure whether clients speak TLS with LEBA
 * @param routes the rules that apply to this frontend, in order; the first that matches wins unless the protocol says
 *     otherwise
 * @param defaultGroup where everything else goes; empty: nowhere
 * @param filters HTTP filters of the frontend, in the order in which they run
 * @param listeners told of each finished exchange
 */
public record FrontendPlan(
        String name,
        String protocol,
        boolean secure,
        List<RoutePlan> routes,
        Optional<GroupPlan> defaultGroup,
        List<HttpFilter> filters,
        List<ExchangeListener> listeners) {
    /**
     * A routing rule.
     *
     * @param name its name
     * @param match the protocol's route record
     * @param target where it sends
     * @param filters HTTP filters of the rule, in the order in which they run
     * @param position where it is written
     */
    public record RoutePlan(String name, Record match, GroupPlan target, List<HttpFilter> filters, Position position) {}

    /**
     * A group as a target.
     *
     * @param group the group
     * @param filters HTTP filters of the group, in the order in which they run
     * @param settings the protocol's {@linkplain ProtocolProvider#groupType() own keys} of the group
     */
    public record GroupPlan(Group group, List<HttpFilter> filters, Record settings) {
        /** A group without keys of the protocol's own. */
        public GroupPlan(Group group, List<HttpFilter> filters) {
            this(group, filters, new NoConfig());
        }
    }
}

package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.head.RequestHead;
import java.util.ArrayList;
import java.util.List;

/**
 * The routing rules of a frontend, compiled: first by host, then by the literal beginning or ending of the path. The first
 * rule in the order of the file that matches wins; what is looked at grows with the number of rules that could match, not
 * with the number of rules. Immutable; a lookup allocates nothing.
 */
public final class RouteIndex {
    private static final Target[] NOWHERE = {};
    /** No rules, and nowhere to go. */
    public static final RouteIndex EMPTY = new RouteIndex(RuleTree.EMPTY, NOWHERE, null);

    private final RuleTree tree;
    private final Target[] targets;
    private final Target fallback;

    private RouteIndex(RuleTree tree, Target[] targets, Target fallback) {
        this.tree = tree;
        this.targets = targets;
        this.fallback = fallback;
    }

    /** Collects rules. */
    public static final class Builder {
        private final RuleTree before;
        private final List<HttpRoute> routes;
        private final List<Target> targets;

        /** No rules yet; what was compiled before for rules that are the same is taken over. */
        public Builder(RouteIndex before) {
            this.before = before.tree;
            this.routes = new ArrayList<>(before.tree.size());
            this.targets = new ArrayList<>(before.tree.size());
        }

        /** Adds the next rule in order. */
        public Builder add(HttpRoute route, Target target) {
            routes.add(route);
            targets.add(target);
            return this;
        }

        /** Compiles. */
        public RouteIndex build(Target fallback) {
            return new RouteIndex(before.of(routes), targets.toArray(Target[]::new), fallback);
        }
    }

    /** The rules alone, which lead nowhere: what is worth keeping for {@link Builder#Builder(RouteIndex)} without keeping targets alive. */
    public RouteIndex withoutTargets() {
        return new RouteIndex(tree, NOWHERE, null);
    }

    /** Where the request goes. */
    public Target find(RequestHead head, RouteLookup scratch) {
        if (targets.length == 0) {
            return fallback;
        }
        int rule = tree.find(head, scratch);
        return rule < targets.length ? targets[rule] : fallback;
    }
}

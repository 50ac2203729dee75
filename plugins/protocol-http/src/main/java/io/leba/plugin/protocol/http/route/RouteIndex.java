package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.head.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The routing rules of a frontend, compiled: first by host, then by the literal beginning or ending of the path. The first
 * rule in the order of the file that matches wins; what is looked at grows with the number of rules that could match, not
 * with the number of rules. Immutable; a lookup allocates nothing.
 */
public final class RouteIndex {
    private final Rule[] rules;
    private final Target fallback;
    private final HostTable<Paths> hosts;
    private final HostTable<Paths> domains;
    private final Paths anyHost;
    private final boolean hasDomains;
    private final boolean hasHosts;

    /** Rules of one host: those that are found by how a path begins, and those by how it ends. */
    private static final class Paths {
        private final PathTrie byBeginning = new PathTrie(false);
        private PathTrie byEnding;

        void add(Glob path, int rule) {
            if (path.suffix().length > 1 && path.prefix().length <= 1 && !path.isLiteral()) {
                if (byEnding == null) {
                    byEnding = new PathTrie(true);
                }
                byEnding.add(path.suffix(), rule);
            } else {
                byBeginning.add(path.prefix(), rule);
            }
        }

        int find(Rule[] rules, RouteLookup lookup, int best) {
            int result = byBeginning.find(rules, lookup, best);
            return byEnding == null ? result : byEnding.find(rules, lookup, result);
        }
    }

    private RouteIndex(List<Rule> rules, List<HttpRoute> routes, Target fallback) {
        this.rules = rules.toArray(Rule[]::new);
        this.fallback = fallback;
        Map<String, Paths> exact = new HashMap<>();
        Map<String, Paths> below = new HashMap<>();
        this.anyHost = new Paths();
        for (int i = 0; i < this.rules.length; i++) {
            String host = routes.get(i).host().orElse("");
            Paths paths;
            if (host.isEmpty()) {
                paths = anyHost;
            } else if (host.startsWith("*.")) {
                paths = below.computeIfAbsent(lower(host.substring(2)), name -> new Paths());
            } else {
                paths = exact.computeIfAbsent(lower(host), name -> new Paths());
            }
            paths.add(this.rules[i].path(), i);
        }
        this.hosts = new HostTable<>(exact);
        this.domains = new HostTable<>(below);
        this.hasHosts = !exact.isEmpty();
        this.hasDomains = !below.isEmpty();
    }

    private static String lower(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.toLowerCase(java.util.Locale.ROOT);
    }

    /** Collects rules. */
    public static final class Builder {
        private final List<Rule> rules = new ArrayList<>();
        private final List<HttpRoute> routes = new ArrayList<>();

        /** No rules. */
        public Builder() {}

        /** Adds the next rule in order. */
        public Builder add(HttpRoute route, Target target) {
            rules.add(new Rule(route, target));
            routes.add(route);
            return this;
        }

        /** Compiles. */
        public RouteIndex build(Target fallback) {
            return new RouteIndex(rules, routes, fallback);
        }
    }

    /** Where the request goes. */
    public Target find(RequestHead head, RouteLookup scratch) {
        if (rules.length == 0) {
            return fallback;
        }
        RouteLookup lookup = scratch.of(head);
        int best = anyHost.find(rules, lookup, rules.length);
        if ((hasHosts || hasDomains) && head.hasHost()) {
            best = byHost(head, lookup, best);
        }
        return best < rules.length ? rules[best].target() : fallback;
    }

    private int byHost(RequestHead head, RouteLookup lookup, int before) {
        byte[] a = head.bytes();
        int from = head.hostStart();
        int to = HostTable.nameEnd(head);
        int best = before;
        Paths paths = hosts.get(a, from, to);
        if (paths != null) {
            best = paths.find(rules, lookup, best);
        }
        for (int i = from; hasDomains && i < to; i++) {
            if (a[i] == '.' && i > from) {
                paths = domains.get(a, i + 1, to);
                if (paths != null) {
                    best = paths.find(rules, lookup, best);
                }
            }
        }
        return best;
    }
}

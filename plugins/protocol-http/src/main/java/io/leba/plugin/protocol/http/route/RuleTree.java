package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.head.RequestHead;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The conditions of routing rules, compiled: by host, then by the literal beginning or ending of the path. Immutable; what of
 * another tree holds on for the new rules is part of the new tree as well.
 */
final class RuleTree {
    static final RuleTree EMPTY = new RuleTree(List.of(), null);

    /** The host of rules that name none; no request has it. */
    private static final String ANY = "";

    private final List<HttpRoute> routes;
    private final Rule[] rules;
    private final Map<String, Paths> byHost;
    private final HostTable<Paths> hosts;
    private final HostTable<Paths> domains;
    private final Paths anyHost;
    private final boolean hasDomains;
    private final boolean hasHosts;

    private RuleTree(List<HttpRoute> routes, RuleTree before) {
        this.routes = routes;
        this.rules = new Rule[routes.size()];
        Map<String, Members> membersByHost = new HashMap<>();
        for (int i = 0; i < rules.length; i++) {
            HttpRoute route = routes.get(i);
            boolean isKnown = before != null && before.has(route, i);
            rules[i] = isKnown ? before.rules[i] : new Rule(route);
            membersByHost
                    .computeIfAbsent(route.host().map(RuleTree::lower).orElse(ANY), host -> new Members())
                    .add(i, isKnown);
        }
        this.byHost = new HashMap<>();
        membersByHost.forEach((host, members) -> {
            Paths known = before == null ? null : before.byHost.get(host);
            byHost.put(host, known != null && members.are(known) ? known : new Paths(rules, members.indexes()));
        });
        Map<String, Paths> exact = new HashMap<>();
        Map<String, Paths> below = new HashMap<>();
        byHost.forEach((host, paths) -> {
            if (host.startsWith("*.")) {
                below.put(host.substring(2), paths);
            } else if (!host.equals(ANY)) {
                exact.put(host, paths);
            }
        });
        Paths any = byHost.get(ANY);
        this.anyHost = any == null ? new Paths(rules, new int[0]) : any;
        this.hosts = new HostTable<>(exact);
        this.domains = new HostTable<>(below);
        this.hasHosts = !exact.isEmpty();
        this.hasDomains = !below.isEmpty();
    }

    /** The tree of these rules; this one if they are its own. */
    RuleTree of(List<HttpRoute> wanted) {
        boolean isSame = wanted.size() == rules.length;
        for (int i = 0; isSame && i < rules.length; i++) {
            isSame = has(wanted.get(i), i);
        }
        return isSame ? this : new RuleTree(List.copyOf(wanted), this);
    }

    private boolean has(HttpRoute route, int index) {
        return index < rules.length && routes.get(index).equals(route);
    }

    private static String lower(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.toLowerCase(Locale.ROOT);
    }

    /** The rules of one host while they are collected. */
    private static final class Members {
        private int[] indexes = new int[4];
        private int size;
        private boolean isKnown = true;

        void add(int rule, boolean known) {
            if (size == indexes.length) {
                indexes = Arrays.copyOf(indexes, 2 * size);
            }
            indexes[size++] = rule;
            isKnown &= known;
        }

        int[] indexes() {
            return Arrays.copyOf(indexes, size);
        }

        /** Whether they are what the paths were compiled from. */
        boolean are(Paths paths) {
            return isKnown && Arrays.equals(indexes, 0, size, paths.indexes, 0, paths.indexes.length);
        }
    }

    /** Rules of one host: those that are found by how a path begins, and those by how it ends. */
    private static final class Paths {
        private final int[] indexes;
        private final PathTrie byBeginning = new PathTrie(false);
        private PathTrie byEnding;

        Paths(Rule[] rules, int[] indexes) {
            this.indexes = indexes;
            for (int rule : indexes) {
                add(rules[rule].path(), rule);
            }
        }

        private void add(Glob path, int rule) {
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

    int size() {
        return rules.length;
    }

    /** The first rule that the request meets; {@link #size} if it meets none. */
    int find(RequestHead head, RouteLookup scratch) {
        RouteLookup lookup = scratch.of(head);
        int best = anyHost.find(rules, lookup, rules.length);
        return (hasHosts || hasDomains) && head.hasHost() ? byHost(head, lookup, best) : best;
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

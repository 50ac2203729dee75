package io.leba.kernel.generation;

import io.leba.kernel.config.BoundSlot;
import io.leba.kernel.generation.Generation.Grouped;
import io.leba.kernel.plugin.Owned;
import io.leba.spi.OnControl;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import io.leba.spi.balance.PickContext;
import io.leba.spi.config.Slot;
import io.leba.spi.control.Plan.Move;
import io.leba.spi.discovery.BackendSpec;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which share of keys another backend would serve. Whether an algorithm goes by a key is not known but seen: it is compiled
 * apart from the one that serves, over the backends as configured and all of them available, and asked for a sample of keys.
 */
@OnControl
final class KeyMoves {
    private static final int SAMPLE = 10_000;
    private static final long NEXT = 0x9e3779b97f4a7c15L;

    private final Services services;
    private final SharedCluster cluster;

    /** @param cluster what the algorithms see as their cluster */
    KeyMoves(Services services, SharedCluster cluster) {
        this.services = services;
        this.cluster = cluster;
    }

    /** The groups of both generations in which keys move. */
    List<Move> between(Generation before, Generation after) {
        Map<String, List<BackendSpec>> old = GroupComparison.members(before);
        Map<String, List<BackendSpec>> now = GroupComparison.members(after);
        List<Move> moves = new ArrayList<>();
        for (Grouped group : after.groups().values()) {
            Grouped other = before.groups().get(group.of());
            if (!group.only().isEmpty() || other == null || !other.only().isEmpty()) {
                continue;
            }
            List<BackendSpec> then = old.getOrDefault(group.of(), List.of());
            List<BackendSpec> next = now.getOrDefault(group.of(), List.of());
            boolean isSame = group.config().algorithm().equals(other.config().algorithm()) && then.equals(next);
            if (!isSame && !then.isEmpty()) {
                share(other, then, group, next)
                        .filter(share -> share > 0)
                        .ifPresent(share -> moves.add(new Move(group.of(), share)));
            }
        }
        moves.sort(java.util.Comparator.comparing(Move::group));
        return moves;
    }

    private Optional<Double> share(Grouped one, List<BackendSpec> then, Grouped other, List<BackendSpec> next) {
        try (InstanceScope scope = scope(one);
                InstanceScope otherScope = scope(other)) {
            Trial before = new Trial(policy(one, scope), then);
            if (!before.goesByKey()) {
                return Optional.empty(); // no key had a backend of its own
            }
            Trial after = new Trial(policy(other, otherScope), next);
            if (!after.goesByKey()) {
                return Optional.of(1.0);
            }
            int moved = 0;
            for (int i = 0; i < SAMPLE; i++) {
                moved += before.pick(i).equals(after.pick(i)) ? 0 : 1;
            }
            return Optional.of((double) moved / SAMPLE);
        } catch (Throwable e) {
            Obtaining.throwIfFatal(e);
            Generations.LOGGER.debug("group {}: the share of keys that move is not known", one.of(), e);
            return Optional.empty();
        }
    }

    private InstanceScope scope(Grouped group) {
        return new InstanceScope("plan." + group.of(), owner(group), services, cluster);
    }

    private static Owned<?> owner(Grouped group) {
        return (Owned<?>) ((BoundSlot<?>) group.config().algorithm().orElseThrow())
                .target()
                .identity();
    }

    private static BalancerPolicy policy(Grouped group, InstanceScope scope) {
        Slot<BalancerPolicy> slot = group.config().algorithm().orElseThrow();
        return (BalancerPolicy) InstanceScope.make(owner(group), slot.config(), scope);
    }

    /** An algorithm over backends that exist on paper. */
    private static final class Trial implements PickContext {
        private final Paper set;
        private final Balancer balancer;
        private long key;
        private long draws;
        private boolean hasHashed;

        Trial(BalancerPolicy policy, List<BackendSpec> specs) {
            set = new Paper(specs);
            balancer = policy.compile(set);
        }

        boolean goesByKey() {
            pick(0);
            return hasHashed;
        }

        /** What serves the sample's key; empty if nothing does. */
        String pick(int sample) {
            key = Hash64.mix((sample + 1) * NEXT);
            draws = 0;
            int index = balancer.pick(this);
            return index >= 0 && index < set.size() ? set.identity(index) : "";
        }

        @Override
        public BackendSet set() {
            return set;
        }

        @Override
        public int loop() {
            return 0;
        }

        @Override
        public boolean isExcluded(int index) {
            return false;
        }

        /** The same for the same key, so that chance alone moves nothing. */
        @Override
        public int random(int bound) {
            return (int) (((Hash64.mix(key + ++draws * NEXT) >>> 32) * bound) >>> 32);
        }

        @Override
        public long hash(HashKey what) {
            hasHashed = true;
            return key;
        }
    }

    /** Backends as configured, each available unless its weight is 0 or its priority is not needed. */
    private static final class Paper implements BackendSet {
        private final List<Sheet> backends = new ArrayList<>();
        private final int first;

        Paper(List<BackendSpec> specs) {
            specs.forEach(spec -> backends.add(new Sheet(spec)));
            OptionalInt least = specs.stream()
                    .filter(spec -> spec.weight() > 0)
                    .mapToInt(BackendSpec::priority)
                    .min();
            first = least.orElse(-1);
        }

        String identity(int index) {
            BackendSpec spec = backends.get(index).spec();
            return spec.nameOrAddress() + ' ' + spec.address() + ' ' + spec.port();
        }

        @Override
        public int size() {
            return backends.size();
        }

        @Override
        public Backend backend(int index) {
            return backends.get(index);
        }

        @Override
        public int weight(int index) {
            BackendSpec spec = backends.get(index).spec();
            return spec.priority() == first ? spec.weight() : 0;
        }

        @Override
        public int availableCount() {
            int count = 0;
            for (int i = 0; i < size(); i++) {
                count += weight(i) > 0 ? 1 : 0;
            }
            return count;
        }

        @Override
        public int inFlight(int index) {
            return 0;
        }
    }

    private record Sheet(BackendSpec spec) implements Backend {
        @Override
        public String name() {
            return spec.nameOrAddress();
        }

        @Override
        public String group() {
            return spec.groupName().orElse("");
        }

        @Override
        public InetSocketAddress address() {
            return InetSocketAddress.createUnresolved(spec.address(), spec.port());
        }

        @Override
        public int weight() {
            return spec.weight();
        }

        @Override
        public int priority() {
            return spec.priority();
        }

        @Override
        public Map<String, String> labels() {
            return spec.labels();
        }

        @Override
        public int inFlight() {
            return 0;
        }
    }
}

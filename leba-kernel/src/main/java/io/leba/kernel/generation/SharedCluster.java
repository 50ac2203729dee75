package io.leba.kernel.generation;

import io.leba.spi.Background.Cancellable;
import io.leba.spi.OnControl;
import io.leba.spi.Scope;
import io.leba.spi.cluster.ClusterState;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The cluster state that every extension is given, whatever provides it at the moment: what stands behind it is replaced
 * without a new instance of anything, so that swapping a cluster plugin drains nobody. Counters, maps and listeners go over to
 * what comes next; what the one before had counted is its own affair.
 */
final class SharedCluster implements ClusterState {
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Entries> maps = new ConcurrentHashMap<>();
    private final Set<Listening> listening = ConcurrentHashMap.newKeySet();
    private final Executor listeners;
    private volatile ClusterState behind;

    /** @param listeners runs listeners, off the caller's thread */
    SharedCluster(ClusterState first, Executor listeners) {
        behind = first;
        this.listeners = listeners;
    }

    /** The same for one instance: its listeners go with it. */
    ClusterState within(Scope scope) {
        return new Within(this, scope);
    }

    /** Replaces what stands behind; listeners are called once, as anything may be different. */
    @OnControl
    synchronized void lead(ClusterState next) {
        if (next == behind) {
            return;
        }
        behind = next;
        listening.forEach(one -> one.follow(next));
        counters.values().forEach(counter -> counter.counted = next.counter(counter.name));
        maps.forEach((name, entries) -> entries.kept = next.map(name));
        listening.forEach(one -> listeners.execute(one::tell));
    }

    @Override
    public String nodeId() {
        return behind.nodeId();
    }

    @Override
    public Set<String> nodes() {
        return behind.nodes();
    }

    @Override
    public boolean isLeader() {
        return behind.isLeader();
    }

    @Override
    public Cancellable onMembership(Runnable listener) {
        return listen(new Listening() {
            @Override
            Cancellable subscribe(ClusterState to) {
                return to.onMembership(listener);
            }

            @Override
            void tell() {
                listener.run();
            }
        });
    }

    @Override
    public SharedCounter counter(String name) {
        Counter known = counters.get(name);
        if (known != null) {
            return known;
        }
        synchronized (this) {
            return counters.computeIfAbsent(name, any -> new Counter(name, behind.counter(name)));
        }
    }

    @Override
    public SharedMap map(String name) {
        Entries known = maps.get(name);
        if (known != null) {
            return known;
        }
        synchronized (this) {
            return maps.computeIfAbsent(name, any -> new Entries(name, behind.map(name)));
        }
    }

    private synchronized Cancellable listen(Listening one) {
        listening.add(one);
        one.follow(behind);
        return () -> {
            listening.remove(one);
            one.stop();
        };
    }

    private abstract static class Listening {
        private Cancellable subscription = () -> {};

        abstract Cancellable subscribe(ClusterState to);

        abstract void tell();

        synchronized void follow(ClusterState to) {
            subscription.close();
            subscription = subscribe(to);
        }

        synchronized void stop() {
            subscription.close();
        }
    }

    private static final class Counter implements SharedCounter {
        private final String name;
        private volatile SharedCounter counted;

        Counter(String name, SharedCounter counted) {
            this.name = name;
            this.counted = counted;
        }

        @Override
        public void add(long amount) {
            counted.add(amount);
        }

        @Override
        public long sum() {
            return counted.sum();
        }
    }

    private final class Entries implements SharedMap {
        private final String name;
        private volatile SharedMap kept;

        Entries(String name, SharedMap kept) {
            this.name = name;
            this.kept = kept;
        }

        @Override
        public Map<String, String> entries() {
            return kept.entries();
        }

        @Override
        public void put(String key, String value) {
            kept.put(key, value);
        }

        @Override
        public void remove(String key) {
            kept.remove(key);
        }

        @Override
        public Cancellable onChange(Consumer<Map<String, String>> listener) {
            return listen(new Listening() {
                @Override
                Cancellable subscribe(ClusterState to) {
                    return to.map(name).onChange(listener);
                }

                @Override
                void tell() {
                    listener.accept(entries());
                }
            });
        }
    }

    /** As one instance sees it. */
    private record Within(ClusterState cluster, Scope scope) implements ClusterState {
        @Override
        public String nodeId() {
            return cluster.nodeId();
        }

        @Override
        public Set<String> nodes() {
            return cluster.nodes();
        }

        @Override
        public boolean isLeader() {
            return cluster.isLeader();
        }

        @Override
        public Cancellable onMembership(Runnable listener) {
            return kept(scope, cluster.onMembership(listener));
        }

        @Override
        public SharedCounter counter(String name) {
            return cluster.counter(name);
        }

        @Override
        public SharedMap map(String name) {
            return new MapWithin(cluster.map(name), scope);
        }

        static Cancellable kept(Scope scope, Cancellable subscription) {
            scope.onClose(subscription);
            return subscription;
        }
    }

    private record MapWithin(SharedMap map, Scope scope) implements SharedMap {
        @Override
        public Map<String, String> entries() {
            return map.entries();
        }

        @Override
        public void put(String key, String value) {
            map.put(key, value);
        }

        @Override
        public void remove(String key) {
            map.remove(key);
        }

        @Override
        public Cancellable onChange(Consumer<Map<String, String>> listener) {
            return Within.kept(scope, map.onChange(listener));
        }
    }
}

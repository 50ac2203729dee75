package io.leba.kernel.generation;

import io.leba.spi.Background.Cancellable;
import io.leba.spi.cluster.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The cluster state of a node on its own: it leads, and what it shares it shares with itself. */
final class LocalCluster implements ClusterState {
    private final String nodeId;
    private final Executor listeners;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Entries> maps = new ConcurrentHashMap<>();

    /** @param listeners runs listeners, off the caller's thread */
    LocalCluster(String nodeId, Executor listeners) {
        this.nodeId = nodeId;
        this.listeners = listeners;
    }

    @Override
    public String nodeId() {
        return nodeId;
    }

    @Override
    public Set<String> nodes() {
        return Set.of(nodeId);
    }

    @Override
    public boolean isLeader() {
        return true;
    }

    @Override
    public Cancellable onMembership(Runnable listener) {
        return () -> {};
    }

    @Override
    public SharedCounter counter(String name) {
        return counters.computeIfAbsent(name, key -> new Counter());
    }

    @Override
    public SharedMap map(String name) {
        return maps.computeIfAbsent(name, key -> new Entries(listeners));
    }

    private static final class Counter implements SharedCounter {
        private final LongAdder adder = new LongAdder();

        @Override
        public void add(long amount) {
            adder.add(amount);
        }

        @Override
        public long sum() {
            return adder.sum();
        }
    }

    private static final class Entries implements SharedMap {
        private final Executor executor;
        private final Map<String, String> entries = new ConcurrentHashMap<>();
        private final List<Consumer<Map<String, String>>> listeners = new CopyOnWriteArrayList<>();

        Entries(Executor executor) {
            this.executor = executor;
        }

        @Override
        public Map<String, String> entries() {
            return Map.copyOf(entries);
        }

        @Override
        public void put(String key, String value) {
            if (!value.equals(entries.put(key, value))) {
                changed();
            }
        }

        @Override
        public void remove(String key) {
            if (entries.remove(key) != null) {
                changed();
            }
        }

        private void changed() {
            for (Consumer<Map<String, String>> listener : listeners) {
                executor.execute(() -> listener.accept(entries()));
            }
        }

        @Override
        public Cancellable onChange(Consumer<Map<String, String>> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }
}

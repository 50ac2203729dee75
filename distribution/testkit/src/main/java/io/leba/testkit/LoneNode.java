package io.leba.testkit;

import io.leba.spi.Background.Cancellable;
import io.leba.spi.cluster.ClusterState;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The cluster state of a node that is alone, as the kernel's: listeners hear of changes only. Apart from the kernel's own, because
 * the test kit needs nothing but the SPI, and because here listeners run on the thread that changes, so that tests need not wait.
 */
final class LoneNode implements ClusterState {
    private static final String NODE = "test";

    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Entries> maps = new ConcurrentHashMap<>();

    @Override
    public String nodeId() {
        return NODE;
    }

    @Override
    public Set<String> nodes() {
        return Set.of(NODE);
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
        return maps.computeIfAbsent(name, key -> new Entries());
    }

    private static final class Counter implements SharedCounter {
        private final LongAdder sum = new LongAdder();

        @Override
        public void add(long amount) {
            sum.add(amount);
        }

        @Override
        public long sum() {
            return sum.sum();
        }
    }

    private static final class Entries implements SharedMap {
        private final Map<String, String> entries = new ConcurrentHashMap<>();
        private final CopyOnWriteArrayList<Consumer<Map<String, String>>> listeners = new CopyOnWriteArrayList<>();

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
            listeners.forEach(listener -> listener.accept(entries()));
        }

        @Override
        public Cancellable onChange(Consumer<Map<String, String>> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }
}

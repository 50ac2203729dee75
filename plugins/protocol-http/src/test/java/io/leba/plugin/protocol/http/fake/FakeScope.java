package io.leba.plugin.protocol.http.fake;

import io.leba.spi.Background;
import io.leba.spi.Distribution;
import io.leba.spi.LoopCounter;
import io.leba.spi.LoopHistogram;
import io.leba.spi.Meters;
import io.leba.spi.Scope;
import io.leba.spi.TimeSource;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Slot;
import io.leba.spi.control.AdminEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scope with counters that tests read. */
public final class FakeScope implements Scope {
    private final int loops;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    /** A scope for some loops. */
    public FakeScope(int loops) {
        this.loops = loops;
    }

    /** The sum of the counter of that name whose labels end with the value. */
    public long count(String name, String lastLabel) {
        return counters.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(name + "[") && entry.getKey().endsWith(lastLabel + "]"))
                .mapToLong(entry -> entry.getValue().sum())
                .sum();
    }

    @Override
    public String path() {
        return "frontend_services[test]";
    }

    @Override
    public Logger logger() {
        return LoggerFactory.getLogger("test");
    }

    @Override
    public Meters meters() {
        return new Meters() {
            @Override
            public LoopCounter counter(String name, String help, String... labels) {
                return counters.computeIfAbsent(name + Arrays.toString(labels), key -> new Counter());
            }

            @Override
            public LoopHistogram histogram(String name, String help, String... labels) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void gauge(String name, String help, DoubleSupplier value, String... labels) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private static final class Counter implements LoopCounter {
        private final AtomicLong sum = new AtomicLong();

        @Override
        public void add(int loop, long amount) {
            sum.lazySet(sum.get() + amount);
        }

        @Override
        public void addShared(long amount) {
            sum.addAndGet(amount);
        }

        @Override
        public long sum() {
            return sum.get();
        }
    }

    @Override
    public TimeSource time() {
        return TimeSource.SYSTEM;
    }

    @Override
    public Background background() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ClusterState cluster() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int loops() {
        return loops;
    }

    @Override
    public <T> T open(Slot<T> slot) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onClose(AutoCloseable resource) {}

    @Override
    public void publish(AdminEndpoint endpoint) {}

    @Override
    public void attach(MeterRegistry registry) {}

    @Override
    public List<Distribution> distributions() {
        return List.of();
    }
}

package io.leba.testkit;

import io.leba.spi.LoopCounter;
import io.leba.spi.LoopHistogram;
import io.leba.spi.Meters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** Meters whose values a test can read back by name and labels. Any thread. */
public final class TestMeters implements Meters {
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Histogram> histograms = new ConcurrentHashMap<>();
    private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

    TestMeters() {}

    @Override
    public LoopCounter counter(String name, String help, String... labels) {
        return counters.computeIfAbsent(key(name, labels), key -> new Counter());
    }

    @Override
    public LoopHistogram histogram(String name, String help, String... labels) {
        return histograms.computeIfAbsent(key(name, labels), key -> new Histogram());
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        gauges.put(key(name, labels), value);
    }

    /** A counter's sum; 0 if there is no such counter. */
    public long count(String name, String... labels) {
        Counter counter = counters.get(key(name, labels));
        return counter == null ? 0 : counter.sum();
    }

    /** A gauge's value; NaN if there is no such gauge. */
    public double value(String name, String... labels) {
        DoubleSupplier gauge = gauges.get(key(name, labels));
        return gauge == null ? Double.NaN : gauge.getAsDouble();
    }

    private static String key(String name, String... labels) {
        return name + List.of(labels);
    }

    private static final class Counter implements LoopCounter {
        private final LongAdder sum = new LongAdder();

        @Override
        public void add(int loop, long amount) {
            sum.add(amount);
        }

        @Override
        public void addShared(long amount) {
            sum.add(amount);
        }

        @Override
        public long sum() {
            return sum.sum();
        }
    }

    private static final class Histogram implements LoopHistogram {
        private final ConcurrentLinkedQueue<Long> values = new ConcurrentLinkedQueue<>();

        @Override
        public void record(int loop, long nanos) {
            values.add(nanos);
        }

        @Override
        public Snapshot snapshot() {
            return new Values(
                    values.stream().mapToLong(Long::longValue).sorted().toArray());
        }
    }

    /** Exact, unlike a kernel's. */
    private record Values(long[] sorted) implements LoopHistogram.Snapshot {
        @Override
        public long count() {
            return sorted.length;
        }

        @Override
        public long sumNanos() {
            long sum = 0;
            for (long value : sorted) {
                sum += value;
            }
            return sum;
        }

        @Override
        public long maxNanos() {
            return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
        }

        @Override
        public long quantileNanos(double quantile) {
            return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)];
        }

        @Override
        public long countAtMost(long nanos) {
            long count = 0;
            for (long value : sorted) {
                count += value <= nanos ? 1 : 0;
            }
            return count;
        }
    }
}

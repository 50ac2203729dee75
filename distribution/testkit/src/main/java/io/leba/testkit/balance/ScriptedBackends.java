package io.leba.testkit.balance;

import io.leba.spi.balance.Backend;
import io.leba.spi.balance.BackendSet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A set of backends with the weights a test gives, whose in-flight counts it sets. As a kernel's set: weights do not change
 * once it is made, counts may change under any thread's eyes.
 */
public final class ScriptedBackends implements BackendSet {
    private final List<Backend> backends;
    private final int[] weights;
    private final AtomicIntegerArray inFlight;
    private final AtomicLong inFlightTogether = new AtomicLong();
    private final int availableCount;

    private ScriptedBackends(List<String> names, int[] weights) {
        this.weights = weights.clone();
        this.inFlight = new AtomicIntegerArray(weights.length);
        this.availableCount =
                (int) Arrays.stream(weights).filter(weight -> weight > 0).count();
        this.backends = IntStream.range(0, weights.length)
                .mapToObj(index -> (Backend) new Scripted(names.get(index), index))
                .toList();
    }

    /** Backends {@code b0}, {@code b1}, … with these effective weights. */
    public static ScriptedBackends weighted(int... weights) {
        return named(
                IntStream.range(0, weights.length)
                        .mapToObj(index -> "b" + index)
                        .toList(),
                weights);
    }

    /** As many backends of weight 1. */
    public static ScriptedBackends equal(int count) {
        int[] weights = new int[count];
        Arrays.fill(weights, 1);
        return weighted(weights);
    }

    /** Backends with names and effective weights. */
    public static ScriptedBackends named(List<String> names, int... weights) {
        if (names.size() != weights.length) {
            throw new IllegalArgumentException(names.size() + " names for " + weights.length + " weights");
        }
        return new ScriptedBackends(names, weights);
    }

    /** The same backends, in the same order, with one weight changed; counts start at 0. */
    public ScriptedBackends withWeight(int index, int weight) {
        int[] changed = weights.clone();
        changed[index] = weight;
        return named(backends.stream().map(Backend::name).toList(), changed);
    }

    /** The same backends without one; counts start at 0. */
    public ScriptedBackends without(int index) {
        int[] others = IntStream.range(0, size()).filter(i -> i != index).toArray();
        return named(
                Arrays.stream(others).mapToObj(i -> backends.get(i).name()).toList(),
                Arrays.stream(others).map(i -> weights[i]).toArray());
    }

    /** Sets how many exchanges are in flight on a backend. */
    public ScriptedBackends inFlight(int index, int count) {
        inFlightTogether.addAndGet(count - inFlight.getAndSet(index, count));
        return this;
    }

    /** An exchange began on a backend. */
    public void begin(int index) {
        inFlight.incrementAndGet(index);
        inFlightTogether.incrementAndGet();
    }

    /** An exchange ended on a backend. */
    public void end(int index) {
        inFlight.decrementAndGet(index);
        inFlightTogether.decrementAndGet();
    }

    @Override
    public int size() {
        return weights.length;
    }

    @Override
    public Backend backend(int index) {
        return backends.get(index);
    }

    @Override
    public int weight(int index) {
        return weights[index];
    }

    @Override
    public int availableCount() {
        return availableCount;
    }

    @Override
    public int inFlight(int index) {
        return inFlight.get(index);
    }

    @Override
    public long inFlight() {
        return inFlightTogether.get();
    }

    private final class Scripted implements Backend {
        private final String name;
        private final int index;
        private final InetSocketAddress address;

        Scripted(String name, int index) {
            this.name = name;
            this.index = index;
            try {
                byte[] ip = {10, (byte) (index >> 16), (byte) (index >> 8), (byte) index};
                this.address = new InetSocketAddress(InetAddress.getByAddress(ip), 80);
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String group() {
            return "test";
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public int weight() {
            return weights[index];
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public int inFlight() {
            return inFlight.get(index);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}

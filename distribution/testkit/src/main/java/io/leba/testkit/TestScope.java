package io.leba.testkit;

import io.leba.spi.Distribution;
import io.leba.spi.Meters;
import io.leba.spi.Scope;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Slot;
import io.leba.spi.control.AdminEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scope without a kernel. Close it to see that an extension leaves nothing behind. */
public final class TestScope implements Scope, AutoCloseable {
    private final String path;
    private final int loops;
    private final TurnableTime time = new TurnableTime();
    private final ManualBackground background = new ManualBackground(time);
    private final TestMeters meters = new TestMeters();
    private final ClusterState cluster = new LoneNode();
    private final Map<Slot<?>, Object> products = new ConcurrentHashMap<>();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final List<AdminEndpoint> endpoints = new ArrayList<>();
    private final List<MeterRegistry> registries = new ArrayList<>();
    private final List<Distribution> distributions = new ArrayList<>();

    /** A scope for as many event loops. */
    public TestScope(String path, int loops) {
        this.path = path;
        this.loops = loops;
    }

    /** A scope for one event loop. */
    public static TestScope of(String path) {
        return new TestScope(path, 1);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Logger logger() {
        return LoggerFactory.getLogger("test." + path);
    }

    @Override
    public Meters meters() {
        return meters;
    }

    @Override
    public TurnableTime time() {
        return time;
    }

    @Override
    public ManualBackground background() {
        return background;
    }

    @Override
    public ClusterState cluster() {
        return cluster;
    }

    @Override
    public int loops() {
        return loops;
    }

    /** Says what {@link #open} answers for a slot. */
    public <T> TestScope fill(Slot<T> slot, T product) {
        products.put(slot, product);
        return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T open(Slot<T> slot) {
        Object product = products.get(slot);
        if (product == null) {
            throw new IllegalStateException("the test fills no slot of type " + slot.type());
        }
        return (T) product;
    }

    @Override
    public void onClose(AutoCloseable resource) {
        resources.push(resource);
    }

    @Override
    public void publish(AdminEndpoint endpoint) {
        endpoints.add(endpoint);
    }

    @Override
    public void attach(MeterRegistry registry) {
        registries.add(registry);
    }

    @Override
    public List<Distribution> distributions() {
        return List.copyOf(distributions);
    }

    /** Adds to what {@link #distributions()} answers. */
    public TestScope show(Distribution distribution) {
        distributions.add(distribution);
        return this;
    }

    /** What the extension has measured. */
    public TestMeters measured() {
        return meters;
    }

    /** The pages that the extension offers. */
    public List<AdminEndpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** The registries that the extension attached. */
    public List<MeterRegistry> registries() {
        return List.copyOf(registries);
    }

    /** Ends background work and closes what was registered, last first. The first exception is thrown at the end. */
    @Override
    public void close() {
        background.close();
        RuntimeException failure = null;
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                failure = failure == null ? new IllegalStateException("a resource failed to close", e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

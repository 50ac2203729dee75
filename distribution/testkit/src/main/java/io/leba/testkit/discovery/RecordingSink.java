package io.leba.testkit.discovery;

import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import java.util.ArrayList;
import java.util.List;

/** Remembers deliveries and failures in their order. Any thread. */
public final class RecordingSink implements BackendSink {
    private final List<List<BackendSpec>> deliveries = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** Has seen nothing. */
    public RecordingSink() {}

    @Override
    public synchronized void deliver(List<BackendSpec> backends) {
        deliveries.add(List.copyOf(backends));
    }

    @Override
    public synchronized void failed(String message) {
        failures.add(message);
    }

    /** Everything that was delivered. */
    public synchronized List<List<BackendSpec>> deliveries() {
        return List.copyOf(deliveries);
    }

    /** Every failure. */
    public synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** What was delivered last. */
    public synchronized List<BackendSpec> backends() {
        if (deliveries.isEmpty()) {
            throw new AssertionError("nothing was delivered; failures: " + failures);
        }
        return deliveries.get(deliveries.size() - 1);
    }

    /** The names of what was delivered last. */
    public List<String> names() {
        return backends().stream().map(BackendSpec::nameOrAddress).toList();
    }
}

package io.leba.kernel.generation;

import io.leba.spi.control.AdminEndpoint;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The pages that extensions offer on the management address. Any thread. */
public final class Endpoints {
    private final List<AdminEndpoint> published = new CopyOnWriteArrayList<>();

    /** None yet. */
    public Endpoints() {}

    void add(AdminEndpoint endpoint) {
        published.add(endpoint);
    }

    void remove(AdminEndpoint endpoint) {
        published.removeIf(other -> other == endpoint);
    }

    /**
     * All pages, sorted by path. Where two offer the same path, as happens while one generation follows another, the one
     * that came last.
     */
    public List<AdminEndpoint> list() {
        java.util.TreeMap<String, AdminEndpoint> byPath = new java.util.TreeMap<>(Comparator.naturalOrder());
        published.forEach(endpoint -> byPath.put(endpoint.path(), endpoint));
        return List.copyOf(byPath.values());
    }
}

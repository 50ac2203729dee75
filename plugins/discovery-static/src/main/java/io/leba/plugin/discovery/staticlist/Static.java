package io.leba.plugin.discovery.staticlist;

import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Delivers its list once, at the start, so that it serves from a generation's first moment. */
record Static(List<BackendSpec> backends) implements Discovery {
    @Override
    public Map<String, String> groups() {
        Map<String, String> groups = new HashMap<>();
        for (BackendSpec backend : backends) {
            if (backend.groupName().isPresent() && backend.protocol().isPresent()) {
                groups.putIfAbsent(backend.groupName().get(), backend.protocol().get());
            }
        }
        return Map.copyOf(groups);
    }

    @Override
    public void start(BackendSink sink) {
        sink.deliver(backends);
    }
}

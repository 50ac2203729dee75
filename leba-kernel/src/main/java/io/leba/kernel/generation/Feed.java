package io.leba.kernel.generation;

import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one discovery found last. Lives with the discovery, so that a reload keeps it. Any thread. */
final class Feed implements BackendSink {
    private static final Logger LOGGER = LoggerFactory.getLogger(Feed.class);

    private final String path;
    private final Runnable onChange;
    private volatile List<BackendSpec> latest = List.of();
    private volatile String problem = "";

    /** @param onChange called after each change, on the deliverer's thread */
    Feed(String path, Runnable onChange) {
        this.path = path;
        this.onChange = onChange;
    }

    @Override
    public void deliver(List<BackendSpec> backends) {
        List<BackendSpec> next = List.copyOf(backends);
        boolean changed;
        synchronized (this) {
            if (!problem.isEmpty()) {
                LOGGER.info("{}: readable again, {} backends", path, next.size());
                problem = "";
            }
            changed = !next.equals(latest);
            latest = next;
        }
        if (changed) {
            onChange.run();
        }
    }

    @Override
    public void failed(String message) {
        synchronized (this) {
            if (message.equals(problem)) {
                return;
            }
            problem = message;
        }
        LOGGER.warn("{}: {}; the {} backends known so far keep serving", path, message, latest.size());
    }

    List<BackendSpec> latest() {
        return latest;
    }
}

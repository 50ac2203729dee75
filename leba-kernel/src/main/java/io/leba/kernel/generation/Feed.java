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
    private volatile List<BackendSpec> latest;
    private volatile boolean isDelivered;
    private volatile String problem = "";

    /**
     * @param seed what an earlier source at this place found last; serves until this one has found something
     * @param onChange called after each change, on the deliverer's thread
     */
    Feed(String path, List<BackendSpec> seed, Runnable onChange) {
        this.path = path;
        this.latest = List.copyOf(seed);
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
            isDelivered = true;
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

    String path() {
        return path;
    }

    /** Whether {@link #latest} is its own, not what an earlier source left. */
    boolean isDelivered() {
        return isDelivered;
    }

    List<BackendSpec> latest() {
        return latest;
    }
}

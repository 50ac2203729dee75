package io.leba.spi;

import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Slot;
import io.leba.spi.control.AdminEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.slf4j.Logger;

/**
 * All that an extension instance may touch. It lives exactly as long as the instance: when the last generation that uses
 * the instance has drained, what was registered here is closed in reverse order, background work is interrupted, meters
 * and endpoints are removed.
 */
public interface Scope {
    /** The instance's place in the configuration, {@code backend_groups[api].algorithm}. Stable across reloads. */
    String path();

    /** A logger named after plugin and type. */
    Logger logger();

    /** Counters, gauges and histograms of this instance. */
    Meters meters();

    /** Time; tests turn it. */
    TimeSource time();

    /** Work that may block. */
    Background background();

    /** What the nodes of a cluster share; a single node's own state if no cluster plugin is configured. */
    ClusterState cluster();

    /** How many event loops there are; loop indices run from 0 to this less one. */
    int loops();

    /**
     * The extension that fills a slot of this instance's configuration. It has a scope of its own, nested in this one.
     *
     * @throws io.leba.spi.config.InvalidConfig if its provider refuses the configuration
     */
    @OnControl
    <T> T open(Slot<T> slot);

    /** Closes {@code resource} with this scope; exceptions are logged, the rest is closed all the same. */
    void onClose(AutoCloseable resource);

    /** Offers a page of the management address ({@code /metrics}) for as long as the scope lives. */
    void publish(AdminEndpoint endpoint);

    /**
     * Attaches a Micrometer registry, for as long as the scope lives, to everything that LEBA measures. For telemetry
     * providers; the hot path never calls it. A histogram {@code x} appears as function timer {@code x} and gauges
     * {@code x_quantile_seconds}, as Micrometer takes no ready-made buckets.
     */
    void attach(MeterRegistry registry);

    /**
     * All histograms that there are now, of this and every other instance and of the kernel, for an exporter that writes
     * buckets itself. Any thread.
     */
    List<Distribution> distributions();
}

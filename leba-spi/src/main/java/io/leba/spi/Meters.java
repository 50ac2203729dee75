package io.leba.spi;

import java.util.function.DoubleSupplier;

/**
 * Measurements that are read, not written: an event loop adds to a plain field of its own, and exporters merge the
 * fields when they look. Names are Prometheus names without {@code _total} or unit-less suffixes changed
 * ({@code leba_http_responses}); labels come in pairs. Registering the same name and labels again gives the same meter.
 */
public interface Meters {
    /** A counter that each loop adds to without contention. */
    LoopCounter counter(String name, String help, String... labels);

    /** A distribution of durations that each loop records without contention. */
    LoopHistogram histogram(String name, String help, String... labels);

    /** A value read when an exporter looks; the supplier is called on the exporter's thread. */
    void gauge(String name, String help, DoubleSupplier value, String... labels);
}

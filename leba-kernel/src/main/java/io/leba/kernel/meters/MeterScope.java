package io.leba.kernel.meters;

import io.leba.spi.LoopCounter;
import io.leba.spi.LoopHistogram;
import io.leba.spi.Meters;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** One owner's measurements. Closing it removes those that nobody else wants; the others keep their values. */
public final class MeterScope implements Meters, AutoCloseable {
    private final MeterHub hub;
    private final String path;
    private final Set<Measured> owned = new LinkedHashSet<>();

    MeterScope(MeterHub hub, String path) {
        this.hub = hub;
        this.path = path;
    }

    /** Who it is, for messages. */
    String path() {
        return path;
    }

    /** What it owns; guarded by the hub. */
    Set<Measured> owned() {
        return owned;
    }

    @Override
    public LoopCounter counter(String name, String help, String... labels) {
        return hub.counter(this, MeterKey.of(name, labels), help);
    }

    @Override
    public LoopHistogram histogram(String name, String help, String... labels) {
        return hub.histogram(this, MeterKey.of(name, labels), help);
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        hub.gauge(this, MeterKey.of(name, labels), help, value);
    }

    /** Shows a sum that the kernel keeps elsewhere as a counter. */
    public void sum(String name, String help, LongSupplier sum, String... labels) {
        hub.sum(this, MeterKey.of(name, labels), help, sum);
    }

    /** Shows a histogram that the kernel keeps elsewhere. */
    public void show(LoopHistogram histogram, String name, String help, String... labels) {
        hub.show(this, MeterKey.of(name, labels), help, histogram);
    }

    @Override
    public void close() {
        hub.close(this);
    }
}

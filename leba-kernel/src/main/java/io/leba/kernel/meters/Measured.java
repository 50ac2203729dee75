package io.leba.kernel.meters;

import io.leba.spi.LoopCounter;
import io.leba.spi.LoopHistogram;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** One measurement: what it is called, who wants it, and how it shows in Micrometer. Guarded by its {@link MeterHub}. */
abstract sealed class Measured {
    private final MeterKey key;
    private final String help;
    private final List<MeterScope> owners = new ArrayList<>();
    private final Map<MeterRegistry, List<Meter>> shown = new LinkedHashMap<>();

    private Measured(MeterKey key, String help) {
        this.key = key;
        this.help = help;
    }

    final MeterKey key() {
        return key;
    }

    final String help() {
        return help;
    }

    void own(MeterScope owner) {
        if (!owners.contains(owner)) {
            owners.add(owner);
        }
    }

    /** Takes the owner out; whether anybody still wants it. */
    boolean disown(MeterScope owner) {
        owners.remove(owner);
        return !owners.isEmpty();
    }

    final void show(MeterRegistry registry) {
        shown.computeIfAbsent(registry, this::register);
    }

    final void hide(MeterRegistry registry) {
        List<Meter> meters = shown.remove(registry);
        if (meters != null) {
            meters.forEach(registry::remove);
        }
    }

    final void hide() {
        List.copyOf(shown.keySet()).forEach(this::hide);
    }

    final Tags tags() {
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < key.labels().size(); i += 2) {
            tags.add(Tag.of(key.labels().get(i), key.labels().get(i + 1)));
        }
        return Tags.of(tags);
    }

    abstract List<Meter> register(MeterRegistry registry);

    /** What a kind of measurement is called in messages. */
    static String word(Class<? extends Measured> kind) {
        return kind == Counted.class ? "counter" : kind == Gauged.class ? "gauge" : "histogram";
    }

    /** A sum that only grows. */
    static final class Counted extends Measured {
        private final LoopCounter counter;
        private final LongSupplier sum;

        Counted(MeterKey key, String help, LoopCounter counter) {
            super(key, help);
            this.counter = counter;
            this.sum = counter::sum;
        }

        /** Of a sum that the kernel keeps elsewhere. */
        Counted(MeterKey key, String help, LongSupplier sum) {
            super(key, help);
            this.counter = null;
            this.sum = sum;
        }

        LoopCounter counter() {
            return counter;
        }

        @Override
        List<Meter> register(MeterRegistry registry) {
            return List.of(FunctionCounter.builder(key().name(), sum, LongSupplier::getAsLong)
                    .description(help())
                    .tags(tags())
                    .register(registry));
        }
    }

    /** A value that is asked for; of several owners the latest answers. */
    static final class Gauged extends Measured {
        private final Map<MeterScope, DoubleSupplier> values = new LinkedHashMap<>();
        private volatile DoubleSupplier current = () -> Double.NaN;

        Gauged(MeterKey key, String help) {
            super(key, help);
        }

        void own(MeterScope owner, DoubleSupplier value) {
            super.own(owner);
            values.remove(owner);
            values.put(owner, value);
            current = value;
        }

        @Override
        boolean disown(MeterScope owner) {
            values.remove(owner);
            for (DoubleSupplier value : values.values()) {
                current = value;
            }
            return super.disown(owner);
        }

        @Override
        List<Meter> register(MeterRegistry registry) {
            return List.of(Gauge.builder(key().name(), this, gauge -> gauge.current.getAsDouble())
                    .description(help())
                    .tags(tags())
                    .register(registry));
        }
    }

    /** A distribution of durations. */
    static final class Distributed extends Measured {
        private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 1};

        private final LoopHistogram histogram;

        Distributed(MeterKey key, String help, LoopHistogram histogram) {
            super(key, help);
            this.histogram = histogram;
        }

        LoopHistogram histogram() {
            return histogram;
        }

        @Override
        List<Meter> register(MeterRegistry registry) {
            List<Meter> meters = new ArrayList<>();
            meters.add(FunctionTimer.builder(
                            key().name(),
                            histogram,
                            h -> h.snapshot().count(),
                            h -> h.snapshot().sumNanos(),
                            TimeUnit.NANOSECONDS)
                    .description(help())
                    .tags(tags())
                    .register(registry));
            for (double quantile : QUANTILES) {
                meters.add(Gauge.builder(
                                key().name() + "_quantile_seconds",
                                histogram,
                                h -> h.snapshot().quantileNanos(quantile) / 1e9)
                        .description(help())
                        .tags(tags().and("quantile", quantile == 1 ? "1" : Double.toString(quantile)))
                        .register(registry));
            }
            return meters;
        }
    }
}

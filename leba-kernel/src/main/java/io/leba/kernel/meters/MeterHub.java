package io.leba.kernel.meters;

import io.leba.kernel.meters.Measured.Counted;
import io.leba.kernel.meters.Measured.Distributed;
import io.leba.kernel.meters.Measured.Gauged;
import io.leba.spi.Distribution;
import io.leba.spi.LoopCounter;
import io.leba.spi.LoopHistogram;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All that LEBA measures, by name and labels. The same name and labels give the same measurement, whoever asks, so that a
 * counter lives on while one generation's instance hands over to the next one's. Safe for any thread; event loops only touch
 * the counters and histograms that it gave out.
 */
public final class MeterHub {
    private final int loops;
    private final Map<MeterKey, Measured> measured = new LinkedHashMap<>();
    private final Map<String, Family> families = new HashMap<>();
    private final Map<MeterKey, Distribution> distributions = new ConcurrentHashMap<>();
    private final List<MeterRegistry> registries = new ArrayList<>();

    /**
     * Empty.
     *
     * @param loops how many event loops write
     */
    public MeterHub(int loops) {
        this.loops = loops;
    }

    /**
     * A scope for the measurements of one owner.
     *
     * @param path who it is, for messages
     */
    public MeterScope scope(String path) {
        return new MeterScope(this, path);
    }

    /** Shows all measurements, present and future, in the registry until the answer is closed. */
    public synchronized AutoCloseable attach(MeterRegistry registry) {
        registries.add(registry);
        measured.values().forEach(meter -> meter.show(registry));
        return () -> detach(registry);
    }

    private synchronized void detach(MeterRegistry registry) {
        if (registries.remove(registry)) {
            measured.values().forEach(meter -> meter.hide(registry));
        }
    }

    /**
     * All histograms. Takes no lock: exporters ask while they hold a lock of their registry, which this hub takes in turn when
     * it shows a measurement.
     */
    public List<Distribution> distributions() {
        return List.copyOf(distributions.values());
    }

    synchronized LoopCounter counter(MeterScope owner, MeterKey key, String help) {
        Counted counted = own(owner, key, Counted.class, () -> new Counted(key, help, new PaddedLoopCounter(loops)));
        return Objects.requireNonNull(counted.counter(), () -> key.name() + " is a sum of the kernel's");
    }

    synchronized void sum(MeterScope owner, MeterKey key, String help, LongSupplier sum) {
        own(owner, key, Counted.class, () -> new Counted(key, help, sum));
    }

    synchronized LoopHistogram histogram(MeterScope owner, MeterKey key, String help) {
        return own(owner, key, Distributed.class, () -> new Distributed(key, help, new LogLinearHistogram(loops)))
                .histogram();
    }

    synchronized void show(MeterScope owner, MeterKey key, String help, LoopHistogram histogram) {
        own(owner, key, Distributed.class, () -> new Distributed(key, help, histogram));
    }

    synchronized void gauge(MeterScope owner, MeterKey key, String help, DoubleSupplier value) {
        own(owner, key, Gauged.class, () -> new Gauged(key, help)).own(owner, value);
    }

    private <M extends Measured> M own(MeterScope owner, MeterKey key, Class<M> kind, Supplier<M> maker) {
        Family family = families.computeIfAbsent(key.name(), name -> new Family(kind, key.labelNames()));
        family.check(owner, key, kind);
        M meter;
        Measured found = measured.get(key);
        if (found == null) {
            meter = maker.get();
            measured.put(key, meter);
            if (meter instanceof Distributed d) {
                distributions.put(key, new Distribution(key.name(), d.help(), key.labels(), d.histogram()));
            }
            family.size++;
            registries.forEach(meter::show);
        } else {
            meter = kind.cast(found);
        }
        meter.own(owner);
        owner.owned().add(meter);
        return meter;
    }

    synchronized void close(MeterScope owner) {
        for (Measured meter : owner.owned()) {
            if (!meter.disown(owner)) {
                meter.hide();
                measured.remove(meter.key());
                distributions.remove(meter.key());
                Family family = families.get(meter.key().name());
                if (--family.size == 0) {
                    families.remove(meter.key().name());
                }
            }
        }
        owner.owned().clear();
    }

    /** What all measurements of one name have in common. */
    private static final class Family {
        private final Class<? extends Measured> kind;
        private final List<String> labelNames;
        private int size;

        Family(Class<? extends Measured> kind, List<String> labelNames) {
            this.kind = kind;
            this.labelNames = labelNames;
        }

        void check(MeterScope owner, MeterKey key, Class<? extends Measured> wanted) {
            if (kind != wanted) {
                throw new IllegalArgumentException(owner.path() + ": " + key.name() + " is a " + Measured.word(kind)
                        + " elsewhere, here a " + Measured.word(wanted));
            }
            if (!labelNames.equals(key.labelNames())) {
                throw new IllegalArgumentException(owner.path() + ": " + key.name() + " has the labels " + labelNames
                        + " elsewhere, here " + key.labelNames());
            }
        }
    }
}

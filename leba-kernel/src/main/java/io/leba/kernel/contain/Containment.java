package io.leba.kernel.contain;

import io.leba.kernel.meters.MeterScope;
import io.leba.spi.TimeSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Makes a quarantine for each extension on the hot path, and counts what fails, in numbers that outlive the extensions. */
public final class Containment {
    private final MeterScope meters;
    private final Executor control;
    private final TimeSource time;
    private final Map<Failing, LongAdder> failures = new ConcurrentHashMap<>();
    private final AtomicInteger active = new AtomicInteger();

    /**
     * @param meters lives as long as this
     * @param control the control thread, on which a first failure is made known to the meters
     */
    public Containment(MeterScope meters, Executor control, TimeSource time) {
        this.meters = meters;
        this.control = control;
        this.time = time;
        meters.gauge(
                "leba_plugin_quarantined", "Extensions that are not called because they kept failing", active::get);
    }

    private record Failing(String plugin, String place) {}

    /**
     * The quarantine of an extension.
     *
     * @param plugin the plugin's id
     * @param version its version
     * @param place the extension's place in the configuration
     */
    public Quarantine quarantine(String plugin, String version, String place) {
        String what = "plugin " + plugin + (version.isEmpty() ? "" : " " + version) + " (" + place + ")";
        return new Quarantine(what, time, active, () -> failed(new Failing(plugin, place)));
    }

    private void failed(Failing failing) {
        LongAdder count = failures.get(failing);
        if (count != null) {
            count.increment();
            return;
        }
        control.execute(() -> failures.computeIfAbsent(failing, this::shown).increment());
    }

    private LongAdder shown(Failing failing) {
        LongAdder count = new LongAdder();
        meters.sum(
                "leba_plugin_failures",
                "Calls of an extension that failed with an exception",
                count::sum,
                "plugin",
                failing.plugin(),
                "place",
                failing.place());
        return count;
    }
}

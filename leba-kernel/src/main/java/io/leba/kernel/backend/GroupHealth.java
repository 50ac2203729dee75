package io.leba.kernel.backend;

import io.leba.kernel.backend.Availability.Health;
import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/** The health of a group's members: a cycle of probes for each, as long as a check is configured. Control thread. */
final class GroupHealth implements AutoCloseable {
    private static final Duration BETWEEN_FIRST_PROBES = Duration.ofMillis(1);

    private final Ground ground;
    private final Runnable onVerdict;
    private final Map<BackendEntry, HealthCycle> cycles = new IdentityHashMap<>();
    private GroupSettings settings;

    GroupHealth(Ground ground, Runnable onVerdict) {
        this.ground = ground;
        this.onVerdict = onVerdict;
    }

    /** Probes as the settings say from now on. If they say the same as before, nothing is disturbed. */
    void configure(GroupSettings wanted, Collection<BackendEntry> entries) {
        boolean same = settings != null
                && settings.check().equals(wanted.check())
                && settings.schedule().equals(wanted.schedule())
                && settings.tls().equals(wanted.tls());
        settings = wanted;
        if (same) {
            return;
        }
        cycles.values().forEach(HealthCycle::stop);
        cycles.clear();
        if (wanted.check().isEmpty()) {
            entries.forEach(GroupHealth::uncheck);
        } else {
            add(entries);
        }
    }

    private static void uncheck(BackendEntry entry) {
        Availability availability = entry.availability();
        availability.health(Health.UNCHECKED, availability.isResolved() ? "" : availability.reason());
    }

    /** Probes no more, and leaves what is known of the backends' health as it is. */
    void abandon() {
        cycles.values().forEach(HealthCycle::stop);
        cycles.clear();
        settings = null;
    }

    /** Begins with new members: the first at once, the others shortly after, not all in one instant. */
    void add(Collection<BackendEntry> entries) {
        if (settings == null || settings.check().isEmpty()) {
            return;
        }
        int number = 0;
        for (BackendEntry entry : entries) {
            if (entry.availability().isDisabled()) {
                continue;
            }
            HealthCycle cycle = new HealthCycle(ground, entry, settings, onVerdict);
            cycles.put(entry, cycle);
            cycle.start(BETWEEN_FIRST_PROBES.multipliedBy(number++));
        }
    }

    /** The backend has a new address: what was known of it is asked again at once. */
    void wake(BackendEntry entry) {
        HealthCycle cycle = cycles.get(entry);
        if (cycle != null) {
            cycle.wake();
        }
    }

    /** Stops probing a member for as long as it is disabled. What was known of it is what it starts from afterwards. */
    void suspend(BackendEntry entry) {
        remove(entry);
        Availability availability = entry.availability();
        switch (availability.health()) {
            case UP -> availability.health(Health.STARTING, availability.reason());
            case DOWN -> availability.health(Health.PRESUMED_DOWN, availability.reason());
            default -> {}
        }
    }

    void remove(BackendEntry entry) {
        HealthCycle cycle = cycles.remove(entry);
        if (cycle != null) {
            cycle.stop();
        }
    }

    @Override
    public void close() {
        abandon();
    }
}

package io.leba.kernel.backend;

import io.leba.kernel.backend.Availability.Health;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.spi.Background.Cancellable;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The probes of one backend, one after the other, and the verdict on it. Control thread. */
final class HealthCycle {
    private static final Logger LOG = LoggerFactory.getLogger("io.leba.health");

    private final Ground ground;
    private final BackendEntry entry;
    private final HealthCheck check;
    private final HealthSchedule schedule;
    private final Optional<ClientTls> tls;
    private final Runnable onVerdict;
    private final RiseFall state;
    private Cancellable pending = () -> {};
    private long startedNanos;
    private long verdictNanos;
    private boolean isProbing;
    private boolean isStopped;

    HealthCycle(Ground ground, BackendEntry entry, GroupSettings settings, Runnable onVerdict) {
        this.ground = ground;
        this.entry = entry;
        this.check = settings.check().orElseThrow();
        this.schedule = settings.schedule();
        this.tls = settings.tls();
        this.onVerdict = onVerdict;
        Health known = entry.availability().health();
        if (known == Health.UP || known == Health.DOWN) {
            state = RiseFall.from(known == Health.UP, schedule.rise(), schedule.fall());
        } else {
            state = new RiseFall(schedule.rise(), schedule.fall());
            if (known != Health.PRESUMED_DOWN) {
                Optional<String> down = ground.remembered().presumedDown(entry.key());
                entry.availability()
                        .health(
                                down.isPresent() ? Health.PRESUMED_DOWN : Health.STARTING,
                                down.orElse(entry.availability().reason()));
            }
        }
        verdictNanos = ground.control().time().nanos();
    }

    void start(Duration delay) {
        pending = ground.control().after(delay, this::probe);
    }

    /** Probes now, if no probe is under way. */
    void wake() {
        if (!isProbing && !isStopped) {
            pending.close();
            probe();
        }
    }

    void stop() {
        isStopped = true;
        pending.close();
    }

    private void probe() {
        if (isStopped || !entry.availability().isResolved()) {
            // A backend without an address is waked as soon as it has one.
            return;
        }
        isProbing = true;
        startedNanos = ground.control().time().nanos();
        Target target = new Target(entry, schedule.timeout(), tls.isPresent());
        pending = ground.prober()
                .probe(check, target, tls, result -> ground.control().execute(() -> accept(result)));
    }

    private void accept(ProbeResult result) {
        if (isStopped || !isProbing) {
            return;
        }
        isProbing = false;
        if (state.accept(result.isUp())) {
            judge(result);
        }
        long elapsed = ground.control().time().nanos() - startedNanos;
        Duration next = schedule.next(
                        state.isChanging(), ThreadLocalRandom.current().nextDouble())
                .minusNanos(elapsed);
        pending = ground.control().after(next.isNegative() ? Duration.ZERO : next, this::probe);
    }

    private void judge(ProbeResult result) {
        Availability availability = entry.availability();
        Health before = availability.health();
        long now = ground.control().time().nanos();
        Duration lasted = Duration.ofNanos(now - verdictNanos);
        verdictNanos = now;
        if (result.isUp()) {
            availability.health(Health.UP, "");
            if (before.isDown()) {
                LOG.info("backend {} is up again after {} s", entry, lasted.toSeconds());
            } else {
                LOG.debug("backend {} is up", entry);
            }
        } else {
            availability.health(Health.DOWN, result.reason());
            LOG.info("backend {} is down: {}", entry, result.reason());
        }
        ground.remembered().judged(entry.key());
        onVerdict.run();
    }
}

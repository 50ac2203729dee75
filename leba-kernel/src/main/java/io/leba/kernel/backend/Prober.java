package io.leba.kernel.backend;

import io.leba.kernel.transport.tls.ClientTls;
import io.leba.spi.Background.Cancellable;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries out single probes. */
@FunctionalInterface
interface Prober {
    /**
     * Probes once.
     *
     * @param tls how to speak TLS; empty: in the clear
     * @param onResult called once, on any thread, not later than the target's timeout and a little; not after the probe was called off
     */
    Cancellable probe(HealthCheck check, Target target, Optional<ClientTls> tls, Consumer<ProbeResult> onResult);
}

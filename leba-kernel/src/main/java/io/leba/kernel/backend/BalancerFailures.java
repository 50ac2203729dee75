package io.leba.kernel.backend;

import io.leba.kernel.contain.Quarantine;
import io.leba.spi.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What becomes of picks with which a group's algorithm fails.
 *
 * @param quarantine decides whether the algorithm is asked at all
 * @param fallsBack whether any available backend is taken instead; if not, the exchange gets none
 */
public record BalancerFailures(Quarantine quarantine, boolean fallsBack) {
    /** For an algorithm that no plugin provides. */
    static BalancerFailures uncounted() {
        return new BalancerFailures(
                new Quarantine("the kernel's algorithm", TimeSource.SYSTEM, new AtomicInteger(), () -> {}), true);
    }
}

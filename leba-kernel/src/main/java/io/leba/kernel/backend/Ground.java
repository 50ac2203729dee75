package io.leba.kernel.backend;

import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.thread.ControlQueue;
import io.leba.kernel.transport.TlsContext;
import java.util.function.Supplier;

/**
 * What groups stand on.
 *
 * @param loops how many event loops carry traffic
 * @param control where groups are changed
 * @param meters where their counts are shown
 * @param prober asks backends how they are
 * @param hostNames looks up addresses
 * @param idle the pooled connections
 * @param remembered what is kept of backends by name
 * @param tls for groups that are secure; made when it is asked for first
 */
record Ground(
        int loops,
        ControlQueue control,
        MeterHub meters,
        Prober prober,
        HostNames hostNames,
        IdleConnections idle,
        Remembered remembered,
        Supplier<TlsContext> tls) {}

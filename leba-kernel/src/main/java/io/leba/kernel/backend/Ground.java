package io.leba.kernel.backend;

import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.thread.ControlQueue;

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
 */
record Ground(
        int loops,
        ControlQueue control,
        MeterHub meters,
        Prober prober,
        HostNames hostNames,
        IdleConnections idle,
        Remembered remembered) {}

package io.leba.kernel.generation;

import io.leba.kernel.backend.BackendRegistry;
import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.ControlThread;
import io.leba.kernel.transport.EventLoops;
import io.leba.spi.TimeSource;
import java.util.concurrent.Callable;

/**
 * What outlives every generation.
 *
 * @param control the one thread that builds, publishes and retires
 * @param background for work that may block
 * @param time the clocks
 * @param meters all measurements
 * @param loops the event loops
 * @param registry the groups and backends
 * @param endpoints the pages of the management address
 */
public record Services(
        ControlThread control,
        BackgroundPool background,
        TimeSource time,
        MeterHub meters,
        EventLoops loops,
        BackendRegistry registry,
        Endpoints endpoints) {
    /** Has the control thread do something, and waits for it. Not for event loops. */
    public <T> T onControl(Callable<T> task) {
        try {
            return control.call(task);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

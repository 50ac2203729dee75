package io.leba.plugin.admin.api;

import io.leba.spi.Background;
import io.leba.spi.Meters;
import io.leba.spi.Scope;
import io.leba.spi.TimeSource;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Slot;
import io.leba.spi.control.AdminEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** A scope that offers what a service needs: a logger and an end. */
final class FakeScope implements Scope, AutoCloseable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void onClose(AutoCloseable resource) {
        resources.push(resource);
    }

    @Override
    public Logger logger() {
        return NOPLogger.NOP_LOGGER;
    }

    @Override
    public String path() {
        return "api";
    }

    @Override
    public TimeSource time() {
        return TimeSource.SYSTEM;
    }

    @Override
    public int loops() {
        return 1;
    }

    @Override
    public Meters meters() {
        throw new AssertionError("not used");
    }

    @Override
    public Background background() {
        throw new AssertionError("not used");
    }

    @Override
    public ClusterState cluster() {
        throw new AssertionError("not used");
    }

    @Override
    public <T> T open(Slot<T> slot) {
        throw new AssertionError("not used");
    }

    @Override
    public void publish(AdminEndpoint endpoint) {
        throw new AssertionError("not used");
    }

    @Override
    public void attach(MeterRegistry registry) {
        throw new AssertionError("not used");
    }
}

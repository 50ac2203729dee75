package io.leba.kernel.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An exporter's registry and the hub take each other's locks; they must not wait for each other. */
class MeterHubLockTest {
    @Test
    void aFilterThatLooksAtTheHistogramsDoesNotWaitForTheHub() throws InterruptedException {
        MeterHub hub = new MeterHub(1);
        CountDownLatch filterAsks = new CountDownLatch(1);
        CountDownLatch hubIsBusy = new CountDownLatch(1);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                if (id.getName().equals("outside")) {
                    filterAsks.countDown();
                    await(hubIsBusy);
                    hub.distributions();
                }
                return MeterFilterReply.NEUTRAL;
            }
        });
        hub.scope("test").histogram("inside", "Recorded");
        Thread outside = new Thread(() -> Counter.builder("outside").register(registry));
        Thread inside = new Thread(() -> {
            await(filterAsks);
            synchronized (hub) {
                hubIsBusy.countDown();
                hub.attach(registry); // takes the registry's lock, which the other thread holds while it asks
            }
        });
        outside.setDaemon(true);
        inside.setDaemon(true);
        outside.start();
        inside.start();
        outside.join(30_000);
        inside.join(30_000);

        assertTrue(!outside.isAlive() && !inside.isAlive(), "deadlock");
        assertEquals("inside", hub.distributions().get(0).name());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

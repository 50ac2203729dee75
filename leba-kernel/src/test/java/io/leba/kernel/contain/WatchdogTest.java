package io.leba.kernel.contain;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static StackTraceElement frame(String module, String version, String type) {
        return new StackTraceElement("app", module, version, type, "call", type + ".java", 1);
    }

    @Test
    void thePluginUppermostOnTheStackIsToBlame() {
        assertEquals(
                " by plugin com.example.slow 1.2 in com.example.slow.Filter.call",
                Watchdog.culprit(new StackTraceElement[] {
                    frame("java.base", "17", "java.lang.Thread"),
                    frame("com.example.slow", "1.2", "com.example.slow.Filter"),
                    frame("io.leba.plugin.protocol.http", "0.1.0", "io.leba.plugin.protocol.http.Exchange"),
                    frame("io.netty.transport", "4", "io.netty.channel.X"),
                }));
        assertEquals("", Watchdog.culprit(new StackTraceElement[] {frame("java.base", "17", "java.lang.Thread")}));
    }

    @Test
    void whatShowsNoSignOfLifeIsFoundWithinASecond() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Thread stuck = new Thread(() -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        stuck.start();
        long born = System.nanoTime();
        Watchdog.Watched watched = new Watchdog.Watched() {
            @Override
            public long lastSignNanos() {
                return release.getCount() == 0 ? System.nanoTime() : born;
            }

            @Override
            public Thread thread() {
                return stuck;
            }

            @Override
            public String name() {
                return "something";
            }
        };
        try (Watchdog watchdog = new Watchdog(List.of(watched))) {
            watchdog.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> watchdog.blocks() == 1);
            release.countDown();
            stuck.join();
            await().during(Duration.ofMillis(500)).until(() -> watchdog.blocks() == 1);
        }
    }
}

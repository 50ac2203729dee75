package io.leba.leakguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class LeakGuardTest {
    @Test
    void reportsABufferThatWasDroppedUnreleased() {
        PooledByteBufAllocator.DEFAULT.directBuffer(16);

        List<String> leaks = LeakReports.collect();

        assertEquals(1, leaks.size(), leaks::toString);
        assertTrue(
                leaks.get(0).contains("reportsABufferThatWasDroppedUnreleased"),
                () -> "names where it was made: " + leaks);
    }

    @Test
    void reportsEachLeakOnce() {
        PooledByteBufAllocator.DEFAULT.heapBuffer(16);

        assertEquals(1, LeakReports.collect().size());
        assertEquals(List.of(), LeakReports.collect());
    }

    @Test
    void isSilentAboutReleasedBuffers() {
        for (int i = 0; i < 100; i++) {
            PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
        }

        assertEquals(List.of(), LeakReports.collect());
    }

    @Test
    void failsTheClassThatLeaked() {
        TestExecutionSummary summary = run(LeakyTest.class);

        assertEquals(1, summary.getTestsSucceededCount());
        assertEquals(1, summary.getContainersFailedCount());
        String message = summary.getFailures().get(0).getException().getMessage();
        assertTrue(message.startsWith("1 leaked resource(s) found after " + LeakyTest.class.getName()), message);
    }

    @Test
    void passesAClassThatReleasesAll() {
        TestExecutionSummary summary = run(CleanTest.class);

        assertEquals(1, summary.getTestsSucceededCount());
        assertEquals(0, summary.getTotalFailureCount());
    }

    private static TestExecutionSummary run(Class<?> test) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create(LauncherConfig.builder()
                .enableLauncherSessionListenerAutoRegistration(false)
                .build());
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(test))
                        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                        .build(),
                listener);
        return listener.getSummary();
    }

    /** Run by the tests above only. */
    static class LeakyTest {
        @Test
        void leaks() {
            PooledByteBufAllocator.DEFAULT.directBuffer(16);
        }
    }

    /** Run by the tests above only. */
    static class CleanTest {
        @Test
        void releases() {
            PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
    }
}

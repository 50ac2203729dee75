package io.leba.leakguard;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Keeps what Netty's leak detectors find. Netty asks its factory for a detector when a resource class is loaded, so {@link #install()} has to run before the
 * first buffer class is; a {@link LeakGuard} does that. Safe for use by any thread.
 */
public final class LeakReports {
    private static final int ROUNDS = 2;
    private static final long ROUND_TIMEOUT_MILLIS = 2_000;
    private static final LeakReports INSTALLED = new LeakReports();

    private final Queue<String> found = new ConcurrentLinkedQueue<>();
    private final List<RecordingDetector<?>> detectors = new CopyOnWriteArrayList<>();

    private LeakReports() {}

    /** The reports of this JVM, wired into Netty from the first call on. */
    static LeakReports install() {
        synchronized (INSTALLED) {
            if (!(ResourceLeakDetectorFactory.instance() instanceof RecordingFactory)) {
                ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
            }
        }
        return INSTALLED;
    }

    /**
     * Collects garbage until what leaked before this call has been reported, and hands out every report since the last call. Returns at once where no
     * resource was ever tracked.
     */
    public static List<String> collect() {
        return INSTALLED.drain();
    }

    private List<String> drain() {
        if (!detectors.isEmpty()) {
            // A reference may be enqueued just after the sentinel of the same collection; the second round is after
            // both.
            for (int round = 0; round < ROUNDS; round++) {
                awaitCollection();
            }
            detectors.forEach(RecordingDetector::report);
        }
        List<String> reports = new ArrayList<>();
        for (String report = found.poll(); report != null; report = found.poll()) {
            reports.add(report);
        }
        return reports;
    }

    private static void awaitCollection() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
        System.gc();
        try {
            queue.remove(ROUND_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sentinel.clear();
    }

    private static final class RecordingFactory extends ResourceLeakDetectorFactory {
        @Override
        @Deprecated
        @SuppressWarnings("deprecation")
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            RecordingDetector<T> detector = new RecordingDetector<>(resource, samplingInterval);
            INSTALLED.detectors.add(detector);
            return detector;
        }
    }

    private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {
        RecordingDetector(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        /** Tracking anything makes a detector look through the queue of what was collected unreleased. */
        @SuppressWarnings("unchecked")
        void report() {
            Object probe = new Object();
            ResourceLeakTracker<Object> tracker = ((ResourceLeakDetector<Object>) this).track(probe);
            if (tracker != null) {
                tracker.close(probe);
            }
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            INSTALLED.found.add(resourceType + " was not released before it was collected" + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            INSTALLED.found.add(resourceType + " was not released before it was collected");
        }
    }
}

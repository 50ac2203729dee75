package io.leba.plugin.telemetry.prometheus;

import io.leba.spi.Distribution;
import io.leba.spi.LoopHistogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the loops' histograms into Prometheus histograms with the configured buckets, in seconds. */
final class Histograms {
    private static final String UNIT_SUFFIX = "_seconds";

    private final long[] boundNanos;
    private final double[] boundSeconds;

    Histograms(List<Duration> bounds) {
        boundNanos = bounds.stream().mapToLong(Duration::toNanos).toArray();
        boundSeconds = new double[boundNanos.length + 1];
        for (int i = 0; i < boundNanos.length; i++) {
            boundSeconds[i] = boundNanos[i] / 1e9;
        }
        boundSeconds[boundNanos.length] = Double.POSITIVE_INFINITY;
    }

    /** One family a name, one data point a set of labels. */
    List<MetricSnapshot> read(List<Distribution> distributions) {
        Map<String, HistogramSnapshot.Builder> families = new LinkedHashMap<>();
        for (Distribution distribution : distributions) {
            families.computeIfAbsent(
                            familyName(distribution.name()),
                            name -> HistogramSnapshot.builder().name(name).help(distribution.help()))
                    .dataPoint(dataPoint(distribution));
        }
        List<MetricSnapshot> snapshots = new ArrayList<>(families.size());
        families.values().forEach(family -> snapshots.add(family.build()));
        return snapshots;
    }

    private static String familyName(String name) {
        String sanitized = PrometheusNaming.sanitizeMetricName(name);
        return sanitized.endsWith(UNIT_SUFFIX) ? sanitized : sanitized + UNIT_SUFFIX;
    }

    private HistogramDataPointSnapshot dataPoint(Distribution distribution) {
        LoopHistogram.Snapshot snapshot = distribution.histogram().snapshot();
        long[] counts = new long[boundSeconds.length];
        long below = 0;
        for (int i = 0; i < boundNanos.length; i++) {
            long atMost = Math.max(below, snapshot.countAtMost(boundNanos[i]));
            counts[i] = atMost - below;
            below = atMost;
        }
        counts[boundNanos.length] = Math.max(0, snapshot.count() - below);
        Labels.Builder labels = Labels.builder();
        List<String> pairs = distribution.labels();
        for (int i = 0; i < pairs.size(); i += 2) {
            labels.label(PrometheusNaming.sanitizeLabelName(pairs.get(i)), pairs.get(i + 1));
        }
        HistogramDataPointSnapshot.Builder point = HistogramDataPointSnapshot.builder();
        point.sum(snapshot.sumNanos() / 1e9);
        point.labels(labels.build());
        return point.classicHistogramBuckets(ClassicHistogramBuckets.of(boundSeconds, counts))
                .build();
    }
}

package io.leba.plugin.telemetry.prometheus;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Range;
import java.time.Duration;
import java.util.List;

/**
 * What is exported, and where.
 *
 * @param enabled whether there is a page at all
 * @param path where on the management address
 * @param jvm whether the JVM and the process are measured too
 * @param buckets upper bounds of the histograms' buckets, ascending
 */
@Doc("Metrics for Prometheus on the management address.")
public record PrometheusConfig(
        @Doc("Whether metrics are exported.") @Default("true")
        boolean enabled,

        @Doc("The path on the management address.")
        @Default("/metrics")
        @Matches(value = "/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-]", expected = "a path such as /metrics")
        String path,

        @Doc("Whether heap, garbage collection, threads, CPU and open files of the process are exported.")
        @Default("true")
        boolean jvm,

        @Doc("The upper bounds of the buckets of latency histograms, ascending, without the last one (infinity).")
        @Default(
                "[100us, 250us, 500us, 1ms, 2500us, 5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2500ms, 5s, 10s, 30s]")
        @Range(min = "1", max = "64")
        List<Duration> buckets) {
    /** Refuses bounds that do not ascend. */
    public PrometheusConfig {
        buckets = List.copyOf(buckets);
        for (int i = 0; i < buckets.size(); i++) {
            Duration previous = i == 0 ? Duration.ZERO : buckets.get(i - 1);
            if (buckets.get(i).compareTo(previous) <= 0) {
                throw new InvalidConfig("buckets", "must ascend from above zero, but bound " + (i + 1) + " does not");
            }
        }
    }
}

package io.leba.plugin.telemetry.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Distribution;
import io.leba.spi.LoopHistogram;
import io.leba.spi.Provider;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.AdminEndpoint.Answer;
import io.leba.spi.telemetry.Telemetry;
import io.leba.testkit.TestScope;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusTest {
    private static final List<Duration> BUCKETS = List.of(Duration.ofMillis(1), Duration.ofMillis(10));

    private final TestScope scope = TestScope.of("metrics");

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void countersAndGaugesOfTheNodeAreOnThePage() throws Exception {
        open(true, false);
        FunctionCounter.builder("leba_http_responses", this, x -> 3)
                .description("Responses")
                .tag("code", "2xx \"\n")
                .register(registry());
        Gauge.builder("leba_backends_up", () -> 2).register(registry());
        String page = page();
        assertTrue(page.contains("# HELP leba_http_responses_total Responses\n"), page);
        assertTrue(page.contains("# TYPE leba_http_responses_total counter\n"), page);
        assertTrue(page.contains("leba_http_responses_total{code=\"2xx \\\"\\n\"} 3.0\n"), page);
        assertTrue(page.contains("leba_backends_up 2.0\n"), page);
    }

    @Test
    void aHistogramHasRealBucketsAndIsNotShownTwice() throws Exception {
        open(true, false);
        LoopHistogram histogram = histogram("leba_exchange_duration", "group", "app");
        // What the kernel does with a registry.
        FunctionTimer.builder("leba_exchange_duration", histogram, h -> 3, h -> 5, TimeUnit.NANOSECONDS)
                .tag("group", "app")
                .register(registry());
        Gauge.builder("leba_exchange_duration_quantile_seconds", () -> 1)
                .tag("group", "app")
                .tag("quantile", "0.5")
                .register(registry());
        histogram.record(0, Duration.ofNanos(500_000).toNanos());
        histogram.record(0, Duration.ofMillis(1).toNanos());
        histogram.record(0, Duration.ofMillis(5).toNanos());
        histogram.record(0, Duration.ofSeconds(2).toNanos());
        String page = page();
        assertTrue(
                page.contains("# HELP leba_exchange_duration_seconds How long exchanges take\n"
                        + "# TYPE leba_exchange_duration_seconds histogram\n"
                        + "leba_exchange_duration_seconds_bucket{group=\"app\",le=\"0.001\"} 2\n"
                        + "leba_exchange_duration_seconds_bucket{group=\"app\",le=\"0.01\"} 3\n"
                        + "leba_exchange_duration_seconds_bucket{group=\"app\",le=\"+Inf\"} 4\n"
                        + "leba_exchange_duration_seconds_count{group=\"app\"} 4\n"
                        + "leba_exchange_duration_seconds_sum{group=\"app\"} 2.0065\n"),
                page);
        assertFalse(page.contains("quantile"), page);
        assertEquals(1, page.split("# TYPE leba_exchange_duration_seconds ", -1).length - 1, page);
    }

    @Test
    void labelSetsOfOneHistogramAreOneFamily() throws Exception {
        open(true, false);
        histogram("leba_wait", "group", "a").record(0, 1);
        histogram("leba_wait", "group", "b");
        String page = page();
        assertEquals(1, page.split("# TYPE leba_wait_seconds histogram", -1).length - 1);
        assertTrue(page.contains("leba_wait_seconds_count{group=\"a\"} 1\n"), page);
        assertTrue(page.contains("leba_wait_seconds_count{group=\"b\"} 0\n"), page);
    }

    @Test
    void theBuildAndTheJvmAreOnThePage() throws Exception {
        open(true, true);
        String page = page();
        assertTrue(page.contains("leba_build_info{java=\"" + Runtime.version() + "\",version=\""), page);
        for (String name : List.of(
                "jvm_memory_used_bytes{area=\"heap\"",
                "jvm_threads_live_threads",
                "jvm_gc_",
                "process_files_open_files",
                "process_cpu_usage",
                "process_uptime_seconds",
                "jvm_classes_loaded_classes")) {
            assertTrue(page.contains("\n" + name), name);
        }
    }

    @Test
    void theJvmIsLeftOutWhereItIsNotWanted() throws Exception {
        open(true, false);
        assertFalse(page().contains("jvm_"));
    }

    @Test
    void aScraperThatPrefersOpenMetricsGetsIt() throws Exception {
        open(true, false);
        FunctionCounter.builder("leba_http_responses", this, x -> 3).register(registry());
        Answer answer = endpoint()
                .get(new AdminEndpoint.Request(Map.of(), Map.of("accept", List.of("application/openmetrics-text"))));
        assertEquals("application/openmetrics-text; version=1.0.0; charset=utf-8", answer.contentType());
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        assertTrue(body.endsWith("# EOF\n"), body);
        assertTrue(body.contains("# TYPE leba_http_responses counter\n"), body);
        assertEquals("text/plain; version=0.0.4; charset=utf-8", get(Map.of()).contentType());
    }

    @Test
    void aScraperMayAskForSomeFamiliesOnly() throws Exception {
        open(true, true);
        FunctionCounter.builder("leba_http_responses", this, x -> 3).register(registry());
        histogram("leba_wait");
        String page = new String(
                get(Map.of("name[]", List.of("leba_http_responses_total", "leba_wait_seconds")))
                        .body(),
                StandardCharsets.UTF_8);
        assertTrue(page.contains("leba_http_responses_total 3.0"), page);
        assertTrue(page.contains("leba_wait_seconds_count 0"), page);
        assertFalse(page.contains("jvm_"), page);
        assertFalse(page.contains("leba_build_info"), page);
    }

    @Test
    void nothingIsOfferedWhenItIsSwitchedOff() {
        open(false, true);
        assertTrue(scope.endpoints().isEmpty());
        assertTrue(scope.registries().isEmpty());
    }

    @Test
    void thePluginProvidesTheExporterByDefault() {
        List<Provider<?, ?>> providers = new PrometheusPlugin().providers();
        assertEquals(1, providers.size());
        PrometheusProvider provider = (PrometheusProvider) providers.get(0);
        assertEquals("metrics", provider.type());
        assertSame(PrometheusConfig.class, provider.configType());
        assertTrue(provider.isOnByDefault());
    }

    @Test
    void bucketsThatDoNotAscendAreRefused() {
        for (List<Duration> buckets : List.of(
                List.of(Duration.ZERO, Duration.ofMillis(1)), List.of(Duration.ofMillis(2), Duration.ofMillis(2)))) {
            InvalidConfig refused =
                    assertThrows(InvalidConfig.class, () -> new PrometheusConfig(true, "/metrics", true, buckets));
            assertEquals("buckets", refused.key());
            assertTrue(refused.getMessage().startsWith("must ascend from above zero, but bound "));
        }
    }

    private void open(boolean enabled, boolean jvm) {
        Telemetry telemetry = new PrometheusProvider().create(new PrometheusConfig(enabled, "/m", jvm, BUCKETS), scope);
        assertTrue(telemetry.exchanges().isEmpty());
    }

    private LoopHistogram histogram(String name, String... labels) {
        LoopHistogram histogram = scope.meters().histogram(name, "How long exchanges take", labels);
        scope.show(new Distribution(name, "How long exchanges take", List.of(labels), histogram));
        return histogram;
    }

    private MeterRegistry registry() {
        return scope.registries().get(0);
    }

    private AdminEndpoint endpoint() {
        AdminEndpoint endpoint = scope.endpoints().get(0);
        assertEquals("/m", endpoint.path());
        assertFalse(endpoint.title().isEmpty());
        return endpoint;
    }

    private Answer get(Map<String, List<String>> query) throws Exception {
        return endpoint().get(new AdminEndpoint.Request(query, Map.of()));
    }

    private String page() throws Exception {
        Answer answer = get(Map.of());
        assertEquals(200, answer.status());
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}

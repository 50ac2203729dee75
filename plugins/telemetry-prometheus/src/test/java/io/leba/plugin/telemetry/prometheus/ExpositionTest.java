package io.leba.plugin.telemetry.prometheus;

import static io.leba.plugin.telemetry.prometheus.Exposition.OPEN_METRICS;
import static io.leba.plugin.telemetry.prometheus.Exposition.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    @Test
    void whoAsksForNothingGetsText() {
        assertEquals(TEXT, Exposition.choose(List.of()));
        assertEquals(TEXT, Exposition.choose(List.of("")));
        assertEquals(TEXT, Exposition.choose(List.of("*/*")));
        assertEquals(
                TEXT, Exposition.choose(List.of("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")));
        assertEquals(TEXT, Exposition.choose(List.of("image/png")));
    }

    @Test
    void theRealScraperOfPrometheusGetsOpenMetrics() {
        assertEquals(
                OPEN_METRICS,
                Exposition.choose(
                        List.of("application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
                                + "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")));
        assertEquals(OPEN_METRICS, Exposition.choose(List.of("application/openmetrics-text")));
    }

    @Test
    void theGreaterQualityWinsWhateverTheOrder() {
        assertEquals(
                TEXT,
                Exposition.choose(List.of("application/openmetrics-text;q=0.2, text/plain ; version=0.0.4 ; q=0.9")));
        assertEquals(
                OPEN_METRICS, Exposition.choose(List.of("text/plain;q=0.1", "APPLICATION/OpenMetrics-Text; Q=0.9")));
        assertEquals(OPEN_METRICS, Exposition.choose(List.of("text/plain;q=0, */*;q=0.1")));
        assertEquals(OPEN_METRICS, Exposition.choose(List.of("application/*, text/*;q=0.5")));
        assertEquals(TEXT, Exposition.choose(List.of("application/openmetrics-text;q=junk")));
    }
}

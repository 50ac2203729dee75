package io.leba.plugin.telemetry.prometheus;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.util.List;
import java.util.Locale;

/** The two formats of the page, and which of them a scraper would rather have (RFC 9110 §12.5.1). */
enum Exposition {
    /** Prometheus's own text format 0.0.4; what everybody gets who does not ask for the other. */
    TEXT("text", "plain", "0.0.4", PrometheusTextFormatWriter.create()),
    /** OpenMetrics 1.0. */
    OPEN_METRICS("application", "openmetrics-text", "1.0.0", OpenMetricsTextFormatWriter.create());

    private final String type;
    private final String subtype;
    private final String version;
    private final ExpositionFormatWriter writer;

    Exposition(String type, String subtype, String version, ExpositionFormatWriter writer) {
        this.type = type;
        this.subtype = subtype;
        this.version = version;
        this.writer = writer;
    }

    String contentType() {
        return type + "/" + subtype + "; version=" + version + "; charset=utf-8";
    }

    ExpositionFormatWriter writer() {
        return writer;
    }

    /** The format of greater quality among the {@code Accept} fields; text if none is named or it does not matter. */
    static Exposition choose(List<String> accept) {
        double text = quality(TEXT, accept);
        double openMetrics = quality(OPEN_METRICS, accept);
        return openMetrics > text ? OPEN_METRICS : TEXT;
    }

    /** The quality that the most specific range gives the format. */
    private static double quality(Exposition format, List<String> accept) {
        double quality = 0;
        int best = -1;
        for (String field : accept) {
            for (String range : field.toLowerCase(Locale.ROOT).split(",")) {
                String[] parts = range.trim().split("\\s*;\\s*");
                int specificity = format.specificity(parts[0].trim());
                double offered = quality(parts);
                if (specificity >= 0 && (specificity > best || specificity == best && offered > quality)) {
                    best = specificity;
                    quality = offered;
                }
            }
        }
        return quality;
    }

    private int specificity(String range) {
        if (range.equals(type + "/" + subtype)) {
            return 2;
        }
        return range.equals(type + "/*") ? 1 : range.equals("*/*") ? 0 : -1;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].startsWith("q=")) {
                try {
                    return Double.parseDouble(parts[i].substring(2).trim());
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}

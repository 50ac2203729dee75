package io.leba.plugin.telemetry.prometheus;

import io.leba.spi.Distribution;
import io.leba.spi.LebaPlugin;
import io.leba.spi.OnBackground;
import io.leba.spi.OnControl;
import io.leba.spi.Scope;
import io.leba.spi.control.AdminEndpoint;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * One page that shows all measurements of the node. Counters and gauges come through Micrometer; histograms are read as they
 * are, because Micrometer would reduce them to a count, a sum and a few quantiles, which cannot be added up over nodes.
 */
final class Prometheus implements AdminEndpoint {
    private static final String QUANTILE_SUFFIX = "_quantile_seconds";

    private final PrometheusConfig config;
    private final Scope scope;
    private final Histograms histograms;
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(io.micrometer.prometheusmetrics.PrometheusConfig.DEFAULT);

    Prometheus(PrometheusConfig config, Scope scope) {
        this.config = config;
        this.scope = scope;
        this.histograms = new Histograms(config.buckets());
    }

    /** Begins to measure and offers the page, until the scope closes. */
    @OnControl
    void open() {
        scope.onClose(registry::close);
        registry.config().meterFilter(MeterFilter.deny(this::isShownAsHistogram));
        if (config.jvm()) {
            registerJvm();
        }
        scope.attach(registry);
        scope.publish(this);
    }

    /** {@code leba_build_info}, always 1; the labels say what runs. */
    private static MetricSnapshot build() {
        String version =
                LebaPlugin.class.getModule().getDescriptor().rawVersion().orElse("unknown");
        return InfoSnapshot.builder()
                .name("leba_build")
                .help("What runs")
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "version", version, "java", Runtime.version().toString()))
                        .build())
                .build();
    }

    private void registerJvm() {
        JvmGcMetrics collections = new JvmGcMetrics();
        scope.onClose(collections);
        List<MeterBinder> binders = List.of(
                collections,
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ClassLoaderMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
    }

    /** Whether it is what {@link Scope#attach} makes of a histogram. */
    private boolean isShownAsHistogram(Meter.Id id) {
        String name = id.getName();
        String histogram = id.getType() == Meter.Type.TIMER
                ? name
                : name.endsWith(QUANTILE_SUFFIX) ? name.substring(0, name.length() - QUANTILE_SUFFIX.length()) : "";
        if (histogram.isEmpty()) {
            return false;
        }
        for (Distribution distribution : scope.distributions()) {
            if (distribution.name().equals(histogram)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String path() {
        return config.path();
    }

    @Override
    public String title() {
        return "Metrics for Prometheus: text or OpenMetrics";
    }

    @Override
    @OnBackground
    public Answer get(Request request) throws IOException {
        Exposition exposition = Exposition.choose(request.headers().getOrDefault("accept", List.of()));
        Set<String> wanted = Set.copyOf(request.query().getOrDefault("name[]", List.of()));
        ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
        exposition.writer().write(body, collect(wanted), EscapingScheme.UNDERSCORE_ESCAPING);
        return new Answer(200, exposition.contentType(), body.toByteArray());
    }

    /** Everything in order of names; of two families with one name the histogram is left out, as the page has to be valid. */
    private MetricSnapshots collect(Set<String> wanted) {
        TreeMap<String, MetricSnapshot> families = new TreeMap<>();
        for (MetricSnapshot family : registry.getPrometheusRegistry().scrape()) {
            families.put(family.getMetadata().getPrometheusName(), family);
        }
        for (MetricSnapshot family : histograms.read(scope.distributions())) {
            families.putIfAbsent(family.getMetadata().getPrometheusName(), family);
        }
        families.put("leba_build", build());
        if (!wanted.isEmpty()) {
            families.keySet().removeIf(name -> !isWanted(name, wanted));
        }
        return new MetricSnapshots(families.values());
    }

    /** A family may be asked for by its own name or by that of one of its series. */
    private static boolean isWanted(String family, Set<String> wanted) {
        return wanted.contains(family)
                || wanted.stream()
                        .anyMatch(name -> name.startsWith(family)
                                && Set.of("_total", "_bucket", "_count", "_sum", "_info", "_max")
                                        .contains(name.substring(family.length())));
    }
}

package io.leba.plugin.telemetry.prometheus;

import io.leba.testkit.telemetry.TelemetryContract;

class PrometheusContractTest extends TelemetryContract {
    PrometheusContractTest() {
        super(new PrometheusPlugin(), "metrics");
    }
}

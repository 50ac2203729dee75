package io.leba.spi.telemetry;

import java.util.Optional;

/** An exporter or listener. What it exports it takes from its {@link io.leba.spi.Scope} when it is created. */
public interface Telemetry {
    /** Told of each finished exchange; empty if it does not care, which keeps exchanges free of the cost. */
    default Optional<ExchangeListener> exchanges() {
        return Optional.empty();
    }
}

package io.leba.spi.telemetry;

import io.leba.spi.Provider;

/**
 * Makes an exporter of measurements or a listener of exchanges, from a root key named after its type ({@code metrics},
 * {@code access_log}) or from its own root keys.
 *
 * @param <C> the configuration record
 */
public non-sealed interface TelemetryProvider<C extends Record> extends Provider<C, Telemetry> {
    /** Whether an instance with all defaults is made when none of its keys is written. */
    default boolean isOnByDefault() {
        return false;
    }
}

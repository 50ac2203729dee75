package io.leba.spi.health;

import io.leba.spi.OnBackground;

/** A health check that brings its own I/O and may block for as long as the timeout; then it is interrupted. */
@FunctionalInterface
public non-sealed interface BackgroundCheck extends HealthCheck {
    /** Probes once. An exception counts as down, with its message as the reason. */
    @OnBackground
    ProbeResult probe(Target target) throws Exception;
}

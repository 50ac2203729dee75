package io.leba.spi.health;

import io.leba.spi.Provider;

/**
 * Makes a health check: {@code health_check: {type: …}} of a group. The keys {@code interval}, {@code timeout}, {@code
 * rise}, {@code fall}, {@code jitter} and {@code fast_interval} beside it belong to the kernel, which owns schedule and
 * verdict.
 *
 * @param <C> the configuration record
 */
public non-sealed interface HealthCheckProvider<C extends Record> extends Provider<C, HealthCheck> {}

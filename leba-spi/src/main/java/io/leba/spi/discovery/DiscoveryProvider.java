package io.leba.spi.discovery;

import io.leba.spi.Provider;

/**
 * Makes a source of backends: {@code discovery: {type: …}} of a group, or root keys of its own if the configuration record
 * is {@link io.leba.spi.config.Inline} ({@code backends}, {@code dns_backends}).
 *
 * @param <C> the configuration record
 */
public non-sealed interface DiscoveryProvider<C extends Record> extends Provider<C, Discovery> {}

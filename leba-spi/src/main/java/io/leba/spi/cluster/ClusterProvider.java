package io.leba.spi.cluster;

import io.leba.spi.Provider;

/**
 * Makes the state that the nodes of a cluster share.
 *
 * @param <C> the configuration record; usually {@link io.leba.spi.config.Inline}
 */
public non-sealed interface ClusterProvider<C extends Record> extends Provider<C, ClusterState> {}

package io.leba.spi.balance;

import io.leba.spi.Provider;

/**
 * Makes a balancing algorithm: {@code algorithm: {type: …}} of a group.
 *
 * @param <C> the configuration record
 */
public non-sealed interface BalancerProvider<C extends Record> extends Provider<C, BalancerPolicy> {}

/** Balancing algorithms: {@link io.leba.spi.balance.BalancerPolicy} is the smallest useful extension there is. */
package io.leba.spi.balance;

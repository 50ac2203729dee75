/** {@link io.leba.testkit.balance.BalancerContract} is what every balancing algorithm keeps; the rest helps to write its tests. */
package io.leba.testkit.balance;

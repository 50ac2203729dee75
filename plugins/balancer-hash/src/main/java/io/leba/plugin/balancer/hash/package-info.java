/** The same key goes to the same backend, and as few keys as possible move when backends come, go or change weight. */
package io.leba.plugin.balancer.hash;

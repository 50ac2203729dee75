/** The backend with the least in flight for its weight. */
package io.leba.plugin.balancer.leastconnections;

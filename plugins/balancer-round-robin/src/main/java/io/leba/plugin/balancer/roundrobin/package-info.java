/** Round robin, plain and smoothly weighted. */
package io.leba.plugin.balancer.roundrobin;

package io.leba.kernel.transport;

import java.net.InetSocketAddress;

/**
 * Both ends of a client's connection, as the client and the first balancer saw it.
 *
 * @param client where it comes from
 * @param local where it was made to
 */
public record ProxyAddresses(InetSocketAddress client, InetSocketAddress local) {}

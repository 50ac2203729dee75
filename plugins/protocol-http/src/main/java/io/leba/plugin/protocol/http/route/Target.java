package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.h2.BackendLimits;
import io.leba.plugin.protocol.http.retry.RetryPolicy;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.protocol.Group;

/**
 * Where a request goes.
 *
 * @param route the routing rule's name; empty for the default group
 * @param group null: nowhere, which is answered with 404
 * @param filters those of frontend, route and group, in the order in which they run; shared, not changed
 * @param retry when a request is sent there again
 * @param http2 what its backends are given where they speak HTTP/2
 */
public record Target(String route, Group group, HttpFilter[] filters, RetryPolicy retry, BackendLimits http2) {}

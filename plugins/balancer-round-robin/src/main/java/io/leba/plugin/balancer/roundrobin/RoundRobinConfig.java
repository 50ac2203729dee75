package io.leba.plugin.balancer.roundrobin;

import io.leba.spi.config.Doc;

/** The weights are the backends' own. */
@Doc("Backends take turns in proportion to their weights, as evenly spread as possible. Takes no keys.")
record RoundRobinConfig() {}

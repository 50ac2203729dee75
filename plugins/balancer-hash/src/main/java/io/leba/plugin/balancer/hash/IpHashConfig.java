package io.leba.plugin.balancer.hash;

import io.leba.spi.config.Doc;

/** Nothing to say. */
@Doc("A client's IP address always goes to the same backend. Takes no keys.")
record IpHashConfig() {}

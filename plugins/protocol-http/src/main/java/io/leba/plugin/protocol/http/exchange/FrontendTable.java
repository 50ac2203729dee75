package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.route.RouteIndex;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.telemetry.ExchangeListener;

/** A frontend in one generation: its compiled routes, who listens, and what is counted. */
record FrontendTable(String frontend, RouteIndex routes, ExchangeListener[] listeners, Counts counts)
        implements Protocol.RouteTable {}

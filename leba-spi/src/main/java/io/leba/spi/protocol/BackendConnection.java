package io.leba.spi.protocol;

import io.leba.spi.balance.Backend;
import io.netty.channel.Channel;

/** A protocol's side of a connection to a backend. */
public interface BackendConnection {
    /** The channel. */
    Channel channel();

    /** The backend. */
    Backend backend();
}

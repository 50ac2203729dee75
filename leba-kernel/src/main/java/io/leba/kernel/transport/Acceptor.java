package io.leba.kernel.transport;

import io.leba.spi.OnLoop;
import io.netty.channel.Channel;

/** Takes over accepted connections. */
@FunctionalInterface
public interface Acceptor {
    /**
     * A client is connected. Adds handlers to the channel's pipeline, or closes it; reading starts after it returns. If it
     * throws, the connection is closed and the failure logged.
     *
     * @param loop the loop that owns the channel from now on; the caller's
     */
    @OnLoop
    void accepted(Channel channel, KernelLoop loop);
}

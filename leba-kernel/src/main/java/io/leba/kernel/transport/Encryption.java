package io.leba.kernel.transport;

import io.leba.spi.OnLoop;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** What a connection to a backend is wrapped in. */
@FunctionalInterface
public interface Encryption {
    /**
     * Adds itself to the end of a new channel's pipeline, where it tells of its handshake's end by an {@link
     * io.netty.handler.ssl.SslHandshakeCompletionEvent}.
     *
     * @param timeoutMillis for the handshake
     */
    @OnLoop
    void install(Channel channel, KernelLoop loop, InetSocketAddress address, long timeoutMillis);
}

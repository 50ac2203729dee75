package io.leba.spi.protocol;

import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.control.Service;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/**
 * A listening socket that a {@link Service} asks for. The kernel binds it with the generation, owns it, and keeps it for as
 * long as some service asks for the same address: so a service is replaced on an unchanged port, and the process as well.
 * Connections are carried by an event loop apart from the traffic.
 */
public interface ServiceSocket {
    /** Where to listen, resolved; port 0 takes a free one. The same at each call. */
    InetSocketAddress address();

    /**
     * The address is taken; called before {@link Service#start}. An address that cannot be had refuses the generation.
     *
     * @param address with the port that the system chose if 0 was asked for
     */
    @OnControl
    default void bound(InetSocketAddress address) {}

    /**
     * A client is connected. Adds handlers to the channel's pipeline, or closes it; reading starts after it returns. Called
     * after {@link Service#start}, on the channel's event loop, which is not one of those that carry traffic but must not be
     * blocked either: work goes to the {@linkplain io.leba.spi.Scope#background() background}. A connection may still come
     * right after {@link Service#drain}.
     */
    @OnLoop
    void accepted(Channel channel);
}

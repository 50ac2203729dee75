package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.Scope;
import io.leba.spi.TimeSource;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.Protocol;
import io.netty.channel.Channel;
import org.slf4j.Logger;

/** TCP on one frontend. Stateless but for what its sessions share. */
final class TcpProtocol implements Protocol {
    private final TcpConfig config;
    private final TimeSource time;
    private final Logger logger;
    private final ConnectionPool.Opener<Backward> opener = (channel, backend, loop) -> {
        Side side = new Side(channel);
        channel.pipeline().addLast("relay", side);
        return new Backward(channel, backend, side);
    };

    TcpProtocol(TcpConfig config, Scope scope) {
        this.config = config;
        this.time = scope.time();
        this.logger = scope.logger();
    }

    @Override
    @OnControl
    public RouteTable compile(FrontendPlan plan) {
        return TcpRoutes.of(plan);
    }

    @Override
    @OnLoop
    public void accept(ClientConnection client) {
        Side side = new Side(client.channel());
        client.channel().pipeline().addLast("relay", side);
        new TcpSession(this, client, side).begin();
    }

    TcpConfig config() {
        return config;
    }

    TimeSource time() {
        return time;
    }

    Logger logger() {
        return logger;
    }

    ConnectionPool.Opener<Backward> opener() {
        return opener;
    }

    /** A connection to a backend, before it is joined with a client's. It serves one session and is never pooled. */
    record Backward(Channel channel, Backend backend, Side side) implements BackendConnection {}
}

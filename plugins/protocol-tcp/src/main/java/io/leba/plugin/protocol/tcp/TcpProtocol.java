package io.leba.plugin.protocol.tcp;

import io.leba.spi.LoopCounter;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.Scope;
import io.leba.spi.TimeSource;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Protocol;
import io.netty.channel.Channel;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;

/** TCP on one frontend. Stateless but for what its sessions share. */
final class TcpProtocol implements Protocol {
    private final TcpConfig config;
    private final TimeSource time;
    private final Logger logger;
    private final LoopTools[] tools;
    private final LoopCounter copied;
    private final LoopCounter spliced;
    private final ConnectionPool.Opener<Backward> opener = (channel, backend, loop) -> {
        Side side = new Side(channel);
        channel.pipeline().addLast("relay", side);
        return new Backward(channel, backend, side);
    };

    TcpProtocol(TcpConfig config, Scope scope) {
        this.config = config;
        this.time = scope.time();
        this.logger = scope.logger();
        this.tools = new LoopTools[scope.loops()];
        this.copied = relayed(scope, "copy");
        this.spliced = relayed(scope, "splice");
        scope.onClose(this::close);
    }

    private static LoopCounter relayed(Scope scope, String way) {
        return scope.meters()
                .counter(
                        "leba_tcp_relayed_bytes",
                        "Bytes passed on, by whether they were copied through the process or spliced past it",
                        "way",
                        way);
    }

    private void close() {
        for (LoopTools of : tools) {
            if (of != null) {
                try {
                    of.loop().eventLoop().execute(of::close);
                } catch (RejectedExecutionException e) {
                    // The loop has ended before: nobody else touches what was its own.
                    of.close();
                }
            }
        }
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

    /** What direct relays of the loop share. */
    @OnLoop
    LoopTools tools(Loop loop) {
        LoopTools of = tools[loop.index()];
        if (of == null) {
            of = new LoopTools(loop, logger);
            tools[loop.index()] = of;
        }
        return of;
    }

    /** Counts bytes that were passed on, those that were spliced among them. */
    @OnLoop
    void count(Loop loop, long all, long spliced) {
        if (all > spliced) {
            copied.add(loop.index(), all - spliced);
        }
        if (spliced > 0) {
            this.spliced.add(loop.index(), spliced);
        }
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

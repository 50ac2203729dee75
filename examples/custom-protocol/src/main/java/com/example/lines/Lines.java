package com.example.lines;

import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Protocol;
import java.util.Optional;

/** The protocol on one frontend. It has no state but its settings; connections have theirs. */
final class Lines implements Protocol {
    private final LinesConfig config;
    /** One for the instance: its identity is the pool's key. */
    private final ConnectionPool.Opener<BackendLines> opener;

    Lines(LinesConfig config) {
        this.config = config;
        this.opener = (channel, backend, loop) -> {
            BackendLines connection = new BackendLines(channel, backend, maxLine());
            channel.pipeline().addLast(connection);
            return connection;
        };
    }

    /** Where exchanges go in one generation. */
    record Target(Optional<Group> group) implements RouteTable {}

    @Override
    public RouteTable compile(FrontendPlan plan) {
        return new Target(plan.defaultGroup().map(FrontendPlan.GroupPlan::group));
    }

    @Override
    public void accept(ClientConnection client) {
        client.channel().pipeline().addLast(new ClientLines(this, client));
    }

    int maxLine() {
        return (int) config.maxLine().bytes();
    }

    long answerMillis() {
        return config.answerTimeout().toMillis();
    }

    ConnectionPool.Opener<BackendLines> opener() {
        return opener;
    }
}

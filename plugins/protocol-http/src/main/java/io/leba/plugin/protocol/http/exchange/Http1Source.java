package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Loop;
import io.netty.channel.Channel;

/** HTTP/1.1 connections to backends, kept in the loop's pool, or the client's. One for an engine, whose connections are its own. */
final class Http1Source implements StreamSource {
    private final ConnectionPool.Opener<Http1Backend> opener = Http1Source::open;

    private static Http1Backend open(Channel channel, Backend backend, Loop loop) {
        Http1Backend connection = new Http1Backend(channel, backend, loop);
        channel.pipeline().addLast(connection);
        return connection;
    }

    @Override
    public boolean takesChunks() {
        return true;
    }

    @Override
    public BackendStream poll(ClientConnection client, Backend backend) {
        Http1Backend kept = client.pool().poll(backend, opener);
        return kept != null && kept.channel().isActive() ? kept : null;
    }

    @Override
    public void connect(ClientConnection client, Target target, Backend backend, OnStream callback) {
        client.pool().connect(target.group(), backend, opener, new ConnectionPool.OnConnect<>() {
            @Override
            public void connected(Http1Backend connection) {
                callback.opened(connection);
            }

            @Override
            public void failed(Throwable cause, boolean isTimeout) {
                callback.failed(cause, isTimeout);
            }
        });
    }
}

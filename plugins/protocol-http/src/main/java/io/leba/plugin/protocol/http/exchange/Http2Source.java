package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Loop;
import io.netty.channel.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Streams of HTTP/2 connections to backends, which carry many at a time. Idle ones wait in the loop's pool, or the client's; those that carry
 * streams are shared by the loop's exchanges. One for an engine.
 */
final class Http2Source implements StreamSource {
    private static final String HTTP_2 = "h2";

    private final Engine engine;
    private final Manner manner;
    private final Opening opener = new Opening();
    private final PerLoop[] loops;

    /** How it is known that a backend speaks HTTP/2. */
    enum Manner {
        /** The configuration says so ({@code h2c}). */
        PRIOR_KNOWLEDGE,
        /** It agrees on it inside TLS ({@code h2}). */
        ALPN
    }

    /** What a loop's connections are found by. */
    private record Key(Backend backend, ClientConnection client) {}

    /** One loop's. */
    private static final class PerLoop {
        private final Map<Backend, SharedConnections> everybodys = new HashMap<>();
        private final Map<Key, SharedConnections> clients = new HashMap<>();
    }

    Http2Source(Engine engine, Manner manner, int loopCount) {
        this.engine = engine;
        this.manner = manner;
        this.loops = new PerLoop[loopCount];
    }

    ConnectionPool.Opener<BackendConnection> opener() {
        return opener;
    }

    private PerLoop of(int index) {
        PerLoop one = loops[index];
        if (one == null) {
            one = new PerLoop();
            loops[index] = one;
        }
        return one;
    }

    @Override
    public boolean takesChunks() {
        return false;
    }

    @Override
    public BackendStream poll(ClientConnection client, Backend backend) {
        PerLoop here = of(client.loop().index());
        SharedConnections shared = here.everybodys.get(backend);
        if (shared == null && !here.clients.isEmpty()) {
            shared = here.clients.get(new Key(backend, client));
        }
        BackendStream place = shared == null ? null : shared.place();
        return place == null ? fromPool(client, backend) : place;
    }

    private BackendStream fromPool(ClientConnection client, Backend backend) {
        Http2Backend idle = (Http2Backend) client.pool().poll(backend, opener);
        return idle == null
                ? null
                : shared(client.loop(), backend, idle.client()).resume(idle);
    }

    private SharedConnections shared(Loop loop, Backend backend, ClientConnection only) {
        PerLoop here = of(loop.index());
        return only == null
                ? here.everybodys.computeIfAbsent(
                        backend, one -> new SharedConnections(this, engine.state(loop), one, null))
                : here.clients.computeIfAbsent(
                        new Key(backend, only),
                        key -> new SharedConnections(this, engine.state(loop), key.backend(), key.client()));
    }

    /** Nothing is left of it. */
    void forget(int loop, SharedConnections empty) {
        if (empty.client() == null) {
            of(loop).everybodys.remove(empty.backend(), empty);
        } else {
            of(loop).clients.remove(new Key(empty.backend(), empty.client()), empty);
        }
    }

    @Override
    public void connect(ClientConnection client, Target target, Backend backend, OnStream callback) {
        BackendStream place = poll(client, backend);
        if (place != null) {
            callback.opened(place);
        } else {
            shared(client.loop(), backend, target.group().tellsClients() ? client : null)
                    .await(client.pool(), target, callback);
        }
    }

    /** Makes LEBA's side of a new connection. */
    private final class Opening implements ConnectionPool.Opener<BackendConnection> {
        @Override
        public List<String> applicationProtocols() {
            return List.of(HTTP_2);
        }

        @Override
        public BackendConnection open(Channel channel, Backend backend, Loop loop) {
            return open(channel, backend, loop, "");
        }

        @Override
        public BackendConnection open(Channel channel, Backend backend, Loop loop, String applicationProtocol) {
            if (manner == Manner.ALPN && !applicationProtocol.equals(HTTP_2)) {
                throw new IllegalStateException("the backend does not agree on h2 by ALPN");
            }
            Http2Backend made = new Http2Backend(engine, channel, backend, engine.state(loop));
            channel.pipeline().addLast(made);
            return made;
        }
    }
}

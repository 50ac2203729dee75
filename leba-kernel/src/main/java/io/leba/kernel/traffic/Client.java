package io.leba.kernel.traffic;

import io.leba.kernel.backend.ClientPool;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Loop;
import io.leba.spi.tls.TlsSession;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Optional;

/** An accepted connection. Owned by its loop. */
@OnLoop
final class Client implements ClientConnection {
    private static final Runnable NOTHING = () -> {};

    private final Channel channel;
    private final KernelLoop loop;
    private final Line line;
    private final Optional<TlsSession> tls;
    private final ProxyAddresses addresses;
    private ConnectionPool pool;
    private Runnable onDrain = NOTHING;
    Client next;
    Client previous;

    /**
     * @param tls empty: the client speaks in the clear
     * @param addresses what the PROXY protocol said; null: the connection's own ends hold
     */
    Client(Channel channel, KernelLoop loop, Line line, Optional<TlsSession> tls, ProxyAddresses addresses) {
        this.channel = channel;
        this.loop = loop;
        this.line = line;
        this.tls = tls;
        this.addresses = addresses;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public ConnectionPool pool() {
        if (pool == null) {
            pool = ClientPool.of(loop, this);
        }
        return pool;
    }

    @Override
    public InetSocketAddress clientAddress() {
        return addresses == null ? (InetSocketAddress) channel.remoteAddress() : addresses.client();
    }

    @Override
    public InetSocketAddress localAddress() {
        return addresses == null ? (InetSocketAddress) channel.localAddress() : addresses.local();
    }

    @Override
    public boolean isSecure() {
        return tls.isPresent();
    }

    @Override
    public Optional<TlsSession> tls() {
        return tls;
    }

    @Override
    public String applicationProtocol() {
        return tls.isPresent() ? tls.get().applicationProtocol() : "";
    }

    @Override
    public int quicPort() {
        return line.quicPort();
    }

    @Override
    public FrontendView enter() {
        return line.enter(loop);
    }

    @Override
    public boolean isDraining() {
        return line.isDraining();
    }

    @Override
    public void onDrain(Runnable action) {
        onDrain = action;
    }

    /** The protocol has it, and knows the bytes that came before. */
    void settled() {
        line.settled(loop, this);
    }

    void drain() {
        onDrain.run();
    }
}

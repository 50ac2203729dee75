package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.ClientConnection;
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
    private Runnable onDrain = NOTHING;
    Client next;
    Client previous;

    /** @param tls empty: the client speaks in the clear */
    Client(Channel channel, KernelLoop loop, Line line, Optional<TlsSession> tls) {
        this.channel = channel;
        this.loop = loop;
        this.line = line;
        this.tls = tls;
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
    public InetSocketAddress clientAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
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

    void drain() {
        onDrain.run();
    }
}

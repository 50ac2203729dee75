package io.leba.plugin.protocol.tcp;

import io.leba.spi.balance.HashKey;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.testkit.protocol.TestGroup;
import io.leba.testkit.protocol.TestKernel;
import io.leba.testkit.protocol.Transport;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The protocol on a test kernel in front of one group. */
final class Relay implements AutoCloseable {
    /** Which of Netty's transports. */
    enum Channels {
        NIO,
        EPOLL;

        Transport transport() {
            return this == NIO
                    ? Transport.nio()
                    : new Transport(
                            EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class);
        }
    }

    final TestGroup group = new TestGroup("echo", "tcp").ask(HashKey.CLIENT_IP, new HashKey(HashKey.Kind.PATH, ""));
    final TestKernel kernel;
    /** Channels of all clients so far. */
    final List<Channel> clients = new CopyOnWriteArrayList<>();
    /** Channels of all connections to backends so far. */
    final List<Channel> connections = new CopyOnWriteArrayList<>();

    private final List<ExchangeListener> listeners = new CopyOnWriteArrayList<>();
    private final Protocol protocol;
    private boolean hasGroup = true;

    Relay(Channels way, TcpConfig config) {
        kernel = new TestKernel(way.transport(), "frontend_services[tcp]");
        protocol = new TcpProvider().create(config, kernel.scope());
        kernel.prepare(clients::add);
        kernel.loop().pool().prepare(connections::add);
    }

    /** Adds a backend behind those that are there. */
    Relay with(InetSocketAddress address) {
        group.add(address);
        return this;
    }

    /** Clients speak TLS. */
    Relay secure(SslContext tls) {
        kernel.secure().prepare(channel -> {
            clients.add(channel);
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        });
        return this;
    }

    /** Backends speak TLS. */
    Relay secureBackends(SslContext tls) {
        group.secure();
        kernel.loop().pool().prepare(channel -> {
            connections.add(channel);
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        });
        return this;
    }

    Relay listener(ExchangeListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Has no group from now on. */
    void loseGroup() {
        hasGroup = false;
        publish();
    }

    private void publish() {
        Optional<FrontendPlan.GroupPlan> target =
                hasGroup ? Optional.of(new FrontendPlan.GroupPlan(group, List.of())) : Optional.empty();
        kernel.publish(
                protocol.compile(new FrontendPlan("relay", "tcp", false, List.of(), target, List.of(), listeners)));
    }

    InetSocketAddress listen() {
        return listen(0);
    }

    InetSocketAddress listen(int port) {
        publish();
        return kernel.listen(protocol, port);
    }

    @Override
    public void close() {
        kernel.close();
    }
}

package io.leba.kernel.generation;

import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnControl;
import io.leba.spi.control.Control;
import io.leba.spi.control.Service;
import io.leba.spi.protocol.ServiceSocket;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A service instance with the sockets it asks for and the connections that it was given. Lives as long as the instance. */
@OnControl
final class ServiceLine {
    private final Instance instance;
    private final Service service;
    private final List<Ear> ears = new ArrayList<>();
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();

    /** Asks the service what it listens on. */
    ServiceLine(Instance instance) {
        this.instance = instance;
        this.service = instance.product(Service.class);
        for (ServiceSocket socket : service.sockets()) {
            String name = instance.path() + (ears.isEmpty() ? "" : "#" + ears.size());
            ears.add(new Ear(socket, Sockets.Requested.of(socket.address(), name)));
        }
    }

    /** A socket, and what identifies it. */
    private record Ear(ServiceSocket socket, Sockets.Requested requested) {}

    Instance instance() {
        return instance;
    }

    /** Says which addresses it will take. */
    void claim(Sockets.Claims claims) throws IOException {
        for (Ear ear : ears) {
            claims.claim(ear.requested, "service '" + instance.path() + "'");
        }
    }

    /** Takes the addresses. */
    void listen(Sockets.Draft sockets) throws IOException {
        for (Ear ear : ears) {
            sockets.need(ear.requested);
        }
    }

    /** Starts a new instance. */
    void start(Sockets.Draft sockets, Control control) throws Exception {
        for (Ear ear : ears) {
            ear.socket.bound(sockets.address(ear.requested));
        }
        service.start(control);
    }

    /** Adds what becomes of accepted connections. */
    void serve(Map<Sockets.Requested, Sockets.Target> targets, KernelLoop aside) {
        for (Ear ear : ears) {
            targets.put(
                    ear.requested,
                    new Sockets.Target((channel, loop) -> accepted(ear.socket, channel), List.of(aside), true));
        }
    }

    private void accepted(ServiceSocket socket, Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(closed -> open.remove(channel));
        socket.accepted(channel);
    }

    /** Tells the service to end its connections. */
    void drain() {
        try {
            service.drain();
        } catch (Throwable e) { // a plugin may throw anything, also what it does not declare
            Obtaining.throwIfFatal(e);
            Generations.LOGGER.warn("{}: the service failed to drain its connections", instance.path(), e);
        }
    }

    /** Open connections. Any thread. */
    int connections() {
        return open.size();
    }

    /** Closes the connections that are still open. */
    void closeConnections() {
        open.forEach(Channel::close);
    }
}

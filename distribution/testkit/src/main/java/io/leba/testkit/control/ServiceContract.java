package io.leba.testkit.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.control.Service;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.protocol.ServiceSocket;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every service of the node keeps, beside what every extension does. */
public abstract class ServiceContract extends ExtensionContract<ServiceProvider<?>, Service> {
    private static final int ANY_PORT = 40_001;

    /**
     * For the test of a service.
     *
     * @param type the word of its provider
     */
    protected ServiceContract(LebaPlugin plugin, String type) {
        super(ServiceProvider.class, Service.class, plugin, type);
    }

    @Override
    protected void use(Service made, TestScope within) {
        List<EmbeddedChannel> clients = connect(made);
        made.drain();
        clients.forEach(EmbeddedChannel::finishAndReleaseAll);
        within.background().runDue();
    }

    /** Starts it as the kernel does, and connects a client to each of its sockets. */
    private static List<EmbeddedChannel> connect(Service service) {
        for (ServiceSocket socket : service.sockets()) {
            int port = socket.address().getPort() == 0
                    ? ANY_PORT
                    : socket.address().getPort();
            socket.bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        start(service);
        List<EmbeddedChannel> clients = new ArrayList<>();
        for (ServiceSocket socket : service.sockets()) {
            EmbeddedChannel client = new EmbeddedChannel();
            socket.accepted(client);
            clients.add(client);
        }
        return clients;
    }

    private static void start(Service service) {
        try {
            service.start(ScriptedControl.of());
        } catch (Exception e) {
            throw new AssertionError("start failed", e);
        }
    }

    @Test
    void itsSocketsAreResolvedAndTheSameEachTime() {
        Service service = create();
        List<InetSocketAddress> addresses =
                service.sockets().stream().map(ServiceSocket::address).toList();

        assertEquals(
                addresses,
                service.sockets().stream().map(ServiceSocket::address).toList());
        addresses.forEach(address -> assertFalse(address.isUnresolved(), address + " is not resolved"));
    }

    @Test
    void startingNeverWaits() {
        Service service = create();
        for (ServiceSocket socket : service.sockets()) {
            socket.bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), ANY_PORT));
        }

        OnLoopGuard.run("start", () -> start(service));
    }

    @Test
    void drainingReturnsAtOnce() {
        Service service = create();
        List<EmbeddedChannel> clients = connect(service);

        OnLoopGuard.run("drain", service::drain);
        OnLoopGuard.run("drain, once more", service::drain);
        clients.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    void itsConnectionsEndWithItsScope() {
        List<EmbeddedChannel> clients = connect(create());
        closeAll();

        for (EmbeddedChannel client : clients) {
            client.runPendingTasks();
            assertTrue(!client.isOpen(), "a connection outlives the service");
            client.finishAndReleaseAll();
        }
    }

    private void closeAll() {
        scope().close();
    }
}

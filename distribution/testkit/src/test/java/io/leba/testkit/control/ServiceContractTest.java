package io.leba.testkit.control;

import static io.leba.testkit.contract.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.Scope;
import io.leba.spi.config.NoConfig;
import io.leba.spi.control.Control;
import io.leba.spi.control.Refused;
import io.leba.spi.control.Service;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.protocol.ServiceSocket;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A service that keeps the contract passes, and each guard fails one that breaks it. */
class ServiceContractTest extends ServiceContract {
    ServiceContractTest() {
        super(ToyModule.plugin(), "desk");
    }

    private static final class Provider extends Refusal.Making<Service> implements ServiceProvider<NoConfig> {
        Provider(Function<Scope, Service> maker) {
            super(maker);
        }
    }

    private static final class Trial extends ServiceContract {
        Trial(Service service) {
            super(Refusal.plugin(new Provider(scope -> service)), "trial");
        }
    }

    private static Service on(InetSocketAddress address) {
        return new Service() {
            @Override
            public List<ServiceSocket> sockets() {
                return List.of(new ServiceSocket() {
                    @Override
                    public InetSocketAddress address() {
                        return address;
                    }

                    @Override
                    public void accepted(Channel channel) {}
                });
            }

            @Override
            public void start(Control control) {}

            @Override
            public void drain() {
                LockSupport.parkNanos(1000);
            }
        };
    }

    @Test
    void refusesAddressesThatAreNotResolvedOrChange() {
        assertRefused(
                new Trial(on(InetSocketAddress.createUnresolved("localhost", 1)))
                        ::itsSocketsAreResolvedAndTheSameEachTime);
        AtomicInteger port = new AtomicInteger();
        assertRefused(new Trial(new Service() {
            @Override
            public List<ServiceSocket> sockets() {
                return on(new InetSocketAddress("127.0.0.1", port.incrementAndGet()))
                        .sockets();
            }

            @Override
            public void start(Control control) {}
        })::itsSocketsAreResolvedAndTheSameEachTime);
    }

    @Test
    void refusesOneThatWaits() {
        assertRefused(new Trial(control -> LockSupport.parkNanos(1000))::startingNeverWaits);
        assertRefused(new Trial(on(new InetSocketAddress("127.0.0.1", 0)))::drainingReturnsAtOnce);
    }

    @Test
    void refusesConnectionsThatStay() {
        assertRefused(new Trial(on(new InetSocketAddress("127.0.0.1", 0)))::itsConnectionsEndWithItsScope);
    }

    @Test
    void theScriptedNodeShowsALittleAndChangesNothing() {
        Control control = ScriptedControl.of();

        assertEquals("test", control.state().nodeId());
        assertEquals("b1", control.state().groups().get(0).backends().get(0).name());
        assertEquals(1, control.plugins().size());
        assertEquals(List.of(), control.endpoints());
        assertThrows(Refused.class, () -> control.backend("app", "b1", null));
    }
}

package io.leba.kernel.backend;

import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.thread.TurnedQueue;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.spi.Background.Cancellable;
import io.leba.spi.balance.HashKey;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Group.ExchangeKeys;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What groups stand on, without network and with a clock that a test turns. */
final class TurnedGround {
    static final ExchangeKeys NO_KEYS = key -> key.equals(HashKey.CLIENT_IP) ? 77 : ExchangeKeys.ABSENT;

    final TurnedQueue control = new TurnedQueue();
    final MeterHub meters = new MeterHub(2);
    final List<Probe> probes = new ArrayList<>();
    final List<Lookup> lookups = new ArrayList<>();
    final List<BackendEntry> dropped = new ArrayList<>();
    final Remembered remembered = new Remembered();
    final Ground ground = new Ground(2, control, meters, this::probe, this::look, dropped::add, remembered);

    /** A probe that was asked for; the test answers. */
    record Probe(Target target, HealthCheck check, long atNanos, Consumer<ProbeResult> onResult, boolean[] cancelled) {
        String backend() {
            return target.backend().name();
        }
    }

    /** A name that was asked for; the test answers. */
    record Lookup(String host, Consumer<List<InetAddress>> found, Consumer<String> failed) {}

    private Cancellable probe(
            HealthCheck check, Target target, Optional<ClientTls> tls, Consumer<ProbeResult> onResult) {
        boolean[] cancelled = new boolean[1];
        probes.add(new Probe(target, check, control.nanos(), onResult, cancelled));
        return () -> cancelled[0] = true;
    }

    private void look(String host, Consumer<List<InetAddress>> found, Consumer<String> failed) {
        lookups.add(new Lookup(host, found, failed));
    }

    GroupRuntime group() {
        return new GroupRuntime("app", "http", ground);
    }

    /** Answers the oldest probe that waits. */
    Probe answer(ProbeResult result) {
        Probe probe = probes.remove(0);
        probe.onResult().accept(result);
        control.run();
        return probe;
    }

    static BackendSpec spec(String name, int weight, int priority) {
        return new BackendSpec(
                Optional.of(name),
                "127.0.0.1",
                1000 + name.charAt(0),
                Optional.empty(),
                Optional.empty(),
                weight,
                priority,
                Map.of(),
                io.leba.spi.config.Position.NONE);
    }

    static BackendSpec spec(String name) {
        return spec(name, 1, 0);
    }

    static BackendSpec at(String name, String host) {
        BackendSpec spec = spec(name);
        return new BackendSpec(
                spec.name(),
                host,
                80,
                spec.protocol(),
                spec.groupName(),
                spec.weight(),
                spec.priority(),
                spec.labels(),
                spec.position());
    }

    /** The effective weights by name. */
    static Map<String, Integer> weights(GroupRuntime group) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        io.leba.spi.balance.BackendSet set = group.members();
        for (int i = 0; i < set.size(); i++) {
            weights.put(set.backend(i).name(), set.weight(i));
        }
        return weights;
    }

    /** A loop of which nothing is known but its number. */
    record NumberedLoop(int index) implements Loop {
        @Override
        public EventLoop eventLoop() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteBufAllocator allocator() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ConnectionPool pool() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Deadline deadline(Runnable onExpired) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long coarseNanos() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long epochSeconds() {
            throw new UnsupportedOperationException();
        }
    }
}

package io.leba.plugin.protocol.http.fake;

import io.leba.spi.balance.Backend;
import io.leba.spi.balance.HashKey;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A group that picks in turn and remembers how exchanges ended. */
public final class FakeGroup implements Group {
    private final String name;
    private final List<Backend> backends = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final boolean isRecording;
    private volatile HashKey asked;
    private volatile long answered;
    private int next;
    private int retries = 2;

    /** An empty group. */
    public FakeGroup(String name, boolean isRecording) {
        this.name = name;
        this.isRecording = isRecording;
    }

    /** Adds a backend. */
    public FakeGroup add(InetSocketAddress address) {
        backends.add(new FakeBackend(name, address));
        return this;
    }

    /** Removes all backends. */
    public void clear() {
        backends.clear();
    }

    /** How many further backends are tried. */
    public void retries(int count) {
        retries = count;
    }

    /** Asks each exchange for the hash of a key. */
    public void ask(HashKey key) {
        asked = key;
    }

    /** The hash that the last exchange gave. */
    public long answered() {
        return answered;
    }

    /** How exchanges ended, in order. */
    public List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** Picks that were not finished. */
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String protocol() {
        return "http";
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public Duration connectTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public int connectRetries() {
        return retries;
    }

    @Override
    public Backend pick(Loop loop, ExchangeKeys keys, Tried tried) {
        HashKey key = asked;
        if (key != null) {
            answered = keys.hash(key);
        }
        for (int i = 0; i < backends.size(); i++) {
            Backend backend = backends.get(next++ % backends.size());
            if (!tried.contains(backend)) {
                tried.add(backend);
                if (isRecording) {
                    inFlight.incrementAndGet();
                }
                return backend;
            }
        }
        return null;
    }

    @Override
    public void finish(Loop loop, Backend backend, Outcome outcome, long nanos) {
        if (isRecording) {
            inFlight.decrementAndGet();
            outcomes.add(outcome);
        }
    }

    private record FakeBackend(String group, InetSocketAddress address) implements Backend {
        @Override
        public String name() {
            return address.getHostString() + ":" + address.getPort();
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}

package io.leba.testkit.protocol;

import io.leba.spi.balance.Backend;
import io.leba.spi.balance.HashKey;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A group that picks in turn, beginning with the first, and remembers how its picks were finished. Any thread. */
public final class TestGroup implements Group {
    private final String name;
    private final String protocol;
    private final List<Backend> backends = new CopyOnWriteArrayList<>();
    private final List<Finished> finished = new CopyOnWriteArrayList<>();
    private final List<Finished> finishedView = Collections.unmodifiableList(finished);
    private final List<Long> hashes = new CopyOnWriteArrayList<>();
    private final AtomicInteger picks = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile List<HashKey> asked = List.of();
    private volatile int retries = 2;
    private volatile Duration connectTimeout = Duration.ofSeconds(5);
    private volatile boolean isSecure;
    private volatile boolean forgets;
    private int next;

    /**
     * How a pick was given back.
     *
     * @param nanos less than 0: not to be recorded
     */
    public record Finished(Backend backend, Outcome outcome, long nanos) {}

    /** An empty group. */
    public TestGroup(String name, String protocol) {
        this.name = name;
        this.protocol = protocol;
    }

    /** Adds a backend behind those there are. */
    public TestGroup add(InetSocketAddress address) {
        backends.add(new Listed(name, address));
        return this;
    }

    /** Removes all backends. */
    public TestGroup clear() {
        backends.clear();
        return this;
    }

    /** How many further backends may be tried; 2 unless set. */
    public TestGroup retries(int count) {
        retries = count;
        return this;
    }

    /** How long a connect may take; 5 s unless set. */
    public TestGroup connectTimeout(Duration time) {
        connectTimeout = time;
        return this;
    }

    /** Says that its backends are spoken to in TLS; {@link TestPool#prepare} makes it true. */
    public TestGroup secure() {
        isSecure = true;
        return this;
    }

    /** Asks each exchange for the hashes of these keys, in order. */
    public TestGroup ask(HashKey... keys) {
        asked = List.of(keys);
        return this;
    }

    /** Counts only, so that nothing grows in a long run. */
    public TestGroup forgetting() {
        forgets = true;
        return this;
    }

    /** The hashes that exchanges gave; {@link Group.ExchangeKeys#ABSENT} where they had none. */
    public List<Long> hashes() {
        return List.copyOf(hashes);
    }

    /** Picks so far that found a backend. */
    public int picks() {
        return picks.get();
    }

    /** Picks that were not finished. */
    public int inFlight() {
        return inFlight.get();
    }

    /** How picks were finished, in order; grows with them. */
    public List<Finished> finished() {
        return finishedView;
    }

    /** The outcomes of {@link #finished()} so far. */
    public List<Outcome> outcomes() {
        return finished.stream().map(Finished::outcome).toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public boolean isSecure() {
        return isSecure;
    }

    @Override
    public Duration connectTimeout() {
        return connectTimeout;
    }

    @Override
    public int connectRetries() {
        return retries;
    }

    @Override
    public Backend pick(Loop loop, ExchangeKeys keys, Tried tried) {
        List<HashKey> wanted = asked;
        for (int i = 0; i < wanted.size(); i++) {
            hashes.add(keys.hash(wanted.get(i)));
        }
        int size = backends.size();
        for (int i = 0; i < size; i++) {
            Backend backend = backends.get(next);
            next = next + 1 < size ? next + 1 : 0;
            if (!tried.contains(backend)) {
                tried.add(backend);
                picks.incrementAndGet();
                inFlight.incrementAndGet();
                return backend;
            }
        }
        return null;
    }

    @Override
    public void finish(Loop loop, Backend backend, Outcome outcome, long nanos) {
        inFlight.decrementAndGet();
        if (!forgets) {
            finished.add(new Finished(backend, outcome, nanos));
        }
    }

    private record Listed(String group, InetSocketAddress address) implements Backend {
        @Override
        public String name() {
            return NetUtil.toSocketAddressString(address);
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

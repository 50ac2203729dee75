package io.leba.testkit.telemetry;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.CompletedExchange;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.testkit.balance.ScriptedBackends;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A finished exchange as a flyweight: once the listener has returned it must not be touched any more, by no thread, and it
 * notices when it is.
 */
public final class ScriptedCompletion implements CompletedExchange {
    private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("192.0.2.7", 50_312);

    private final int loop;
    private final boolean isBare;
    private final Outcome outcome;
    private final AtomicReference<Throwable> misuse = new AtomicReference<>();
    private volatile boolean isOver;

    private ScriptedCompletion(int loop, boolean isBare, Outcome outcome) {
        this.loop = loop;
        this.isBare = isBare;
        this.outcome = outcome;
    }

    /** An ordinary exchange. */
    public static ScriptedCompletion of(int loop, Outcome outcome) {
        return new ScriptedCompletion(loop, false, outcome);
    }

    /** One of which little is known: no group, no backend, no first byte, no attributes. */
    public static ScriptedCompletion bare(int loop, Outcome outcome) {
        return new ScriptedCompletion(loop, true, outcome);
    }

    /** Tells the listener; from then on nothing may be asked of it. */
    public ScriptedCompletion tell(ExchangeListener listener) {
        try {
            listener.onComplete(this);
        } finally {
            isOver = true;
        }
        return this;
    }

    /** Where it was touched after the listener had returned; null if it was not. */
    public Throwable misuse() {
        return misuse.get();
    }

    private <V> V alive(V value) {
        if (isOver) {
            IllegalStateException late =
                    new IllegalStateException("asked of an exchange after onComplete had returned");
            misuse.compareAndSet(null, late);
            throw late;
        }
        return value;
    }

    @Override
    public int loop() {
        return alive(loop);
    }

    @Override
    public String protocol() {
        return alive("http");
    }

    @Override
    public String frontend() {
        return alive("web");
    }

    @Override
    public String route() {
        return alive(isBare ? "" : "api \"v1\"");
    }

    @Override
    public String group() {
        return alive(isBare ? "" : "app");
    }

    @Override
    public Backend backend() {
        return alive(isBare ? null : ScriptedBackends.equal(1).backend(0));
    }

    @Override
    public InetSocketAddress client() {
        return alive(new InetSocketAddress(CLIENT.getHostString(), CLIENT.getPort()));
    }

    @Override
    public long startMillis() {
        return alive(1_738_314_300_007L);
    }

    @Override
    public long durationNanos() {
        return alive(412_345L);
    }

    @Override
    public long firstByteNanos() {
        return alive(isBare ? -1L : 371_999L);
    }

    @Override
    public long bytesIn() {
        return alive(isBare ? 0L : 78L);
    }

    @Override
    public long bytesOut() {
        return alive(isBare ? 0L : 1181L);
    }

    @Override
    public int attempts() {
        return alive(isBare ? 0 : 1);
    }

    @Override
    public Outcome outcome() {
        return alive(outcome);
    }

    @Override
    public String reason() {
        return alive(isBare ? "head_too_large" : "");
    }

    @Override
    public void attributes(AttributeVisitor visitor) {
        if (!alive(isBare)) {
            visitor.text("method", "GET");
            visitor.text("path", "/a\"b\\c\n\u0000\u00e9");
            visitor.number("status", 200);
        }
    }
}

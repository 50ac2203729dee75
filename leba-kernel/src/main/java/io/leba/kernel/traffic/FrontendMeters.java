package io.leba.kernel.traffic;

import io.leba.spi.LoopCounter;
import io.leba.spi.Meters;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Outcome;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** What is counted of a frontend, for as long as it exists. Names as exported: {@code leba_frontend_…}. */
public final class FrontendMeters {
    private final LoopCounter accepted;
    private final LoopCounter closed;
    private final LoopCounter bytesIn;
    private final LoopCounter bytesOut;
    private final LoopCounter[] refused = new LoopCounter[Refusal.values().length];
    private final Meters meters;
    private final String frontend;
    private LoopCounter[] handshakes;
    private final LoopCounter[] exchanges = new LoopCounter[Outcome.values().length];

    FrontendMeters(Meters meters, String frontend) {
        this.meters = meters;
        this.frontend = frontend;
        accepted = meters.counter("leba_frontend_connections", "Client connections accepted", "frontend", frontend);
        closed = meters.counter("leba_frontend_connections_closed", "Client connections closed", "frontend", frontend);
        bytesIn = meters.counter("leba_frontend_received_bytes", "Bytes received from clients", "frontend", frontend);
        bytesOut = meters.counter("leba_frontend_sent_bytes", "Bytes sent to clients", "frontend", frontend);
        for (Refusal refusal : Refusal.values()) {
            refused[refusal.ordinal()] = meters.counter(
                    "leba_frontend_connections_refused",
                    "Client connections closed before a protocol had them, by reason",
                    "frontend",
                    frontend,
                    "reason",
                    refusal.label());
        }
        for (Outcome outcome : Outcome.values()) {
            exchanges[outcome.ordinal()] = meters.counter(
                    "leba_frontend_exchanges",
                    "Exchanges ended, by outcome",
                    "frontend",
                    frontend,
                    "outcome",
                    outcome.name().toLowerCase(Locale.ROOT));
        }
        meters.gauge(
                "leba_frontend_connections_active", "Open client connections", this::connections, "frontend", frontend);
    }

    @OnLoop
    void opened(int loop) {
        accepted.add(loop, 1);
    }

    @OnLoop
    void closed(int loop) {
        closed.add(loop, 1);
    }

    /**
     * Its clients speak TLS from now on; said before the first of them comes.
     *
     * @param expiry when the first of its certificates expires, in seconds since 1970
     */
    @OnControl
    void secure(DoubleSupplier expiry) {
        if (handshakes != null) {
            return;
        }
        LoopCounter[] made = new LoopCounter[Handshake.Result.values().length];
        for (Handshake.Result result : Handshake.Result.values()) {
            made[result.ordinal()] = meters.counter(
                    "leba_frontend_tls_handshakes",
                    "TLS handshakes ended, by result",
                    "frontend",
                    frontend,
                    "result",
                    result.name().toLowerCase(Locale.ROOT));
        }
        meters.gauge(
                "leba_frontend_tls_certificate_expiry_seconds",
                "When the first of the certificates expires, in seconds since 1970",
                expiry,
                "frontend",
                frontend);
        handshakes = made;
    }

    @OnLoop
    void handshake(int loop, Handshake.Result result) {
        handshakes[result.ordinal()].add(loop, 1);
    }

    @OnLoop
    void refused(int loop, Refusal reason) {
        refused[reason.ordinal()].add(loop, 1);
    }

    @OnLoop
    void exchange(int loop, Outcome outcome, long in, long out) {
        exchanges[outcome.ordinal()].add(loop, 1);
        moved(loop, in, out);
    }

    @OnLoop
    void moved(int loop, long in, long out) {
        bytesIn.add(loop, in);
        bytesOut.add(loop, out);
    }

    /** Open client connections. */
    long connections() {
        return Math.max(0, accepted.sum() - closed.sum());
    }

    /** Exchanges since the start. */
    long exchanges() {
        long sum = 0;
        for (LoopCounter counter : exchanges) {
            sum += counter.sum();
        }
        return sum;
    }
}

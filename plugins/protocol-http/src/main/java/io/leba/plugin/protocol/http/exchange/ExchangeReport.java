package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.CompletedExchange;
import io.leba.spi.telemetry.ExchangeListener;
import java.net.InetSocketAddress;

/** A finished exchange as listeners see it. Made when there are any; one for an exchange object, used again. */
final class ExchangeReport implements CompletedExchange {
    private final Exchange exchange;
    private final Latin1 text = new Latin1();
    private Outcome outcome;
    private String reason;
    private long endNanos;
    private InetSocketAddress client;

    ExchangeReport(Exchange exchange) {
        this.exchange = exchange;
    }

    void tell(Outcome how, String why, long nanos) {
        outcome = how;
        reason = why;
        endNanos = nanos;
        for (ExchangeListener listener : exchange.table().listeners()) {
            try {
                listener.onComplete(this);
            } catch (Throwable e) {
                exchange.engine().scope.logger().debug("an exchange listener failed", e);
            }
        }
        client = null;
    }

    @Override
    public int loop() {
        return exchange.loop().index;
    }

    @Override
    public String protocol() {
        return exchange.client().connection().isSecure() ? "https" : "http";
    }

    @Override
    public String frontend() {
        return exchange.table().frontend();
    }

    @Override
    public String route() {
        return exchange.target() == null ? "" : exchange.target().route();
    }

    @Override
    public String group() {
        return exchange.target() == null || exchange.target().group() == null
                ? ""
                : exchange.target().group().name();
    }

    @Override
    public Backend backend() {
        return exchange.delivery().lastBackend();
    }

    @Override
    public InetSocketAddress client() {
        if (client == null) {
            client = ClientOrigin.of(exchange);
        }
        return client;
    }

    @Override
    public long startMillis() {
        return exchange.engine().scope.time().now().toEpochMilli() - durationNanos() / 1_000_000;
    }

    @Override
    public long durationNanos() {
        return endNanos - exchange.startNanos();
    }

    @Override
    public long firstByteNanos() {
        return exchange.firstByteNanos();
    }

    @Override
    public long bytesIn() {
        return exchange.bytesIn();
    }

    @Override
    public long bytesOut() {
        return exchange.bytesOut();
    }

    @Override
    public int attempts() {
        return exchange.delivery().attempts();
    }

    @Override
    public Outcome outcome() {
        return outcome;
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public void attributes(AttributeVisitor visitor) {
        RequestHead head = exchange.request();
        visitor.text("method", text.of(head.bytes(), 0, head.line().methodEnd()));
        visitor.text(
                "path",
                text.of(head.bytes(), head.line().targetStart(), head.line().targetEnd()));
        visitor.text("host", head.hasHost() ? text.of(head.bytes(), head.hostStart(), head.hostEnd()) : "");
        visitor.text("version", version(exchange.client().version()));
        visitor.number("status", exchange.response().status());
        if (exchange.call() != null) {
            visitor.number("grpc_status", exchange.call().status().ordinal());
        }
    }

    private static String version(int version) {
        return switch (version) {
            case 10 -> "1.0";
            case 11 -> "1.1";
            case 20 -> "2";
            default -> "3";
        };
    }

    /** Bytes as a text. */
    private static final class Latin1 implements CharSequence {
        private byte[] a;
        private int from;
        private int to;

        Latin1 of(byte[] bytes, int start, int end) {
            a = bytes;
            from = start;
            to = Math.max(start, end);
            return this;
        }

        @Override
        public int length() {
            return to - from;
        }

        @Override
        public char charAt(int index) {
            return (char) (a[from + index] & 0xff);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Latin1().of(a, from + start, from + end);
        }

        @Override
        public String toString() {
            return new String(a, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }
}

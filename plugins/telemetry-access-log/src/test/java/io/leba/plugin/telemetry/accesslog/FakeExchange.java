package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.CompletedExchange;
import java.net.InetSocketAddress;
import java.util.Map;

/** An exchange that a test fills in. */
final class FakeExchange implements CompletedExchange {
    int loop;
    String route = "";
    String reason = "";
    Backend backend = new Named("b1");
    InetSocketAddress client = new InetSocketAddress("192.0.2.7", 50312);
    long firstByteNanos = 371_999;
    Outcome outcome = Outcome.SUCCESS;
    CharSequence path = "/";

    @Override
    public int loop() {
        return loop;
    }

    @Override
    public String protocol() {
        return "http";
    }

    @Override
    public String frontend() {
        return "web";
    }

    @Override
    public String route() {
        return route;
    }

    @Override
    public String group() {
        return "app";
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    @Override
    public long startMillis() {
        return 1_738_314_300_007L;
    }

    @Override
    public long durationNanos() {
        return 412_345;
    }

    @Override
    public long firstByteNanos() {
        return firstByteNanos;
    }

    @Override
    public long bytesIn() {
        return 78;
    }

    @Override
    public long bytesOut() {
        return 1181;
    }

    @Override
    public int attempts() {
        return 1;
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
        visitor.text("method", "GET");
        visitor.text("path", path);
        visitor.number("status", 200);
    }

    private record Named(String name) implements Backend {
        @Override
        public String group() {
            return "app";
        }

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress("127.0.0.1", 9001);
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
    }
}

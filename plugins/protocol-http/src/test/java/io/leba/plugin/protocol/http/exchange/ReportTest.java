package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.telemetry.CompletedExchange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<Long> times = new CopyOnWriteArrayList<>();

    private void tell(CompletedExchange exchange) {
        StringBuilder text = new StringBuilder();
        text.append(exchange.protocol())
                .append(' ')
                .append(exchange.frontend())
                .append(' ')
                .append(exchange.route());
        text.append('|').append(exchange.group()).append('|').append(exchange.backend() == null ? "-" : "b");
        text.append('|')
                .append(exchange.client().getAddress().getHostAddress())
                .append('|')
                .append(exchange.loop());
        text.append('|')
                .append(exchange.attempts())
                .append(' ')
                .append(exchange.outcome())
                .append(' ');
        text.append(exchange.reason())
                .append('|')
                .append(exchange.bytesIn())
                .append('>')
                .append(exchange.bytesOut());
        exchange.attributes(new CompletedExchange.AttributeVisitor() {
            @Override
            public void text(String name, CharSequence value) {
                String copy = new StringBuilder().append(value).toString();
                assertEquals(copy, value.toString());
                assertEquals(copy, value.subSequence(0, value.length()).toString());
                text.append(' ').append(name).append('=').append(copy);
            }

            @Override
            public void number(String name, long value) {
                text.append(' ').append(name).append('=').append(value);
            }
        });
        times.add(exchange.durationNanos());
        times.add(exchange.firstByteNanos());
        times.add(exchange.startMillis());
        reports.add(text.toString());
        throw new IllegalStateException("a listener that throws harms nobody");
    }

    @Test
    void each_exchange_is_told_once_with_what_happened() {
        AtomicReference<Proxy> turned = new AtomicReference<>();
        Origin.Script thinking = connection -> {
            connection.readRequest();
            turned.get().turn(Duration.ofMillis(5));
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            connection.readAll();
        };
        try (Origin origin = Origin.with(thinking);
                Proxy proxy = Proxy.onNio().listener(this::tell).start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            turned.set(proxy);
            long start = proxy.kernel().scope().time().now().toEpochMilli();
            String post = "POST /a?b=c HTTP/1.1\r\nHost: test:1\r\nContent-Length: 3\r\n\r\nabc";
            int out = client.send(post).response().head().length() + 5;
            Eventually.until(() -> reports.size() == 1);
            assertEquals(
                    List.of("http web |app|b|127.0.0.1|0|1 SUCCESS |" + post.length() + ">" + out
                            + " method=POST path=/a?b=c host=test:1 version=1.1 status=200"),
                    reports);
            assertEquals(List.of(5_000_000L, 5_000_000L, start), times);
            assertEquals(post.length(), proxy.kernel().bytesIn());
            assertEquals(out, proxy.kernel().bytesOut());
        }
    }

    @Test
    void a_refusal_is_told_with_its_reason() {
        try (Proxy proxy = Proxy.onNio().listener(this::tell).start();
                RawClient client = new RawClient(proxy.address());
                RawClient garbage = new RawClient(proxy.address())) {
            int out = client.get("/x").head().length() + "503 Service Unavailable: no_backend\n".length();
            int garbageOut = garbage.send("GARBAGE\r\n").rest().length();
            Eventually.until(() -> reports.size() == 2);
            assertEquals(
                    List.of(
                            "http web |app|-|127.0.0.1|0|0 UNAVAILABLE no_backend|31>" + out
                                    + " method=GET path=/x host=test version=1.1 status=503",
                            "http web ||-|127.0.0.1|0|0 CLIENT_ERROR bad_method|9>" + garbageOut
                                    + " method= path= host= version=1.1 status=400"),
                    reports);
            assertEquals(-1, times.get(1));
        }
    }
}

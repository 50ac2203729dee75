package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.spi.protocol.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The clock is turned by hand; nothing here waits for real time. */
class TimeoutTest {
    private static final HttpConfig CONFIG = new HttpConfig(
            List.of(),
            "leba",
            ForwardStamp.Words.X_FORWARDED,
            HttpConfig.PathPolicy.SAFE,
            0,
            new HttpConfig.Timeouts(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(7),
                    Duration.ofSeconds(9)),
            Proxy.config().limits(),
            Proxy.http2(),
            Proxy.http3(),
            Proxy.config().upgrade(),
            Proxy.config().grpc());

    private static Proxy proxy() {
        return Proxy.onNio().with(CONFIG);
    }

    private static Origin silent() {
        return Origin.with(connection -> connection.readAll());
    }

    @Test
    void a_client_that_says_nothing_is_closed_without_a_word() {
        try (Proxy proxy = proxy().start();
                RawClient client = new RawClient(proxy.address())) {
            Eventually.until(() -> proxy.kernel().clients() == 1);
            proxy.turn(Duration.ofMillis(1001));
            assertEquals("", client.rest());
            assertEquals(0, proxy.refusals("head_timeout"));
        }
    }

    @Test
    void a_head_that_comes_slowly_is_not_waited_for() {
        try (Proxy proxy = proxy().start();
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HT");
            Eventually.until(() -> proxy.kernel().loop().openDeadlines() == 2);
            proxy.turn(Duration.ofMillis(600));
            client.send("TP/1.1\r\nHos");
            proxy.kernel().loop().run(() -> {});
            proxy.turn(Duration.ofMillis(600));
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 408 Request Timeout\r\n"), all);
            assertEquals(1, proxy.refusals("head_timeout"));
            assertEquals(List.of(Outcome.CLIENT_ERROR), proxy.kernel().exits());
        }
    }

    @Test
    void an_idle_connection_is_closed_without_a_word() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.get("/").status());
            Eventually.until(() -> proxy.kernel().open() == 0);
            proxy.turn(Duration.ofMillis(4900));
            assertEquals(200, client.get("/").status());
            Eventually.until(() -> proxy.kernel().open() == 0);
            proxy.turn(Duration.ofMillis(5001));
            assertEquals("", client.rest());
        }
    }

    @Test
    void a_backend_that_does_not_answer_is_given_up() {
        try (Origin origin = silent();
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> origin.received().endsWith("\r\n\r\n"));
            proxy.turn(Duration.ofMillis(6900));
            proxy.turn(Duration.ofMillis(200));
            RawClient.Response response = client.response();
            assertEquals(504, response.status());
            assertEquals("504 Gateway Timeout: first_byte_timeout\n", response.body());
            Eventually.until(() -> proxy.pool().open() == 0);
            assertEquals(List.of(Outcome.BACKEND_TIMEOUT), proxy.group().outcomes());
        }
    }

    @Test
    void an_interim_response_does_not_buy_time() {
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 102 Processing\r\n\r\n");
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            assertEquals(102, client.response().status());
            proxy.turn(Duration.ofMillis(7001));
            assertEquals(504, client.response().status());
        }
    }

    @Test
    void a_body_that_stalls_is_not_waited_for() {
        try (Origin origin = silent();
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nab");
            Eventually.until(() -> origin.received().endsWith("ab"));
            proxy.turn(Duration.ofMillis(4000));
            client.send("cd");
            Eventually.until(() -> origin.received().endsWith("abcd"));
            proxy.turn(Duration.ofMillis(4000));
            assertEquals(0, proxy.refusals("body_timeout"));
            proxy.turn(Duration.ofMillis(1001));
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 408 Request Timeout\r\n"), all);
            assertEquals(1, proxy.refusals("body_timeout"));
            Eventually.until(() -> proxy.pool().open() == 0);
        }
    }

    @Test
    void a_request_that_trickles_is_bounded_as_a_whole() {
        try (Origin origin = silent();
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n");
            Eventually.until(() -> origin.received().endsWith("\r\n\r\n"));
            for (int i = 1; i <= 7; i++) {
                client.send("x");
                String sent = "\r\n\r\n" + "x".repeat(i);
                Eventually.until(() -> origin.received().endsWith(sent));
                proxy.turn(Duration.ofMillis(4200));
            }
            proxy.turn(Duration.ofMillis(700));
            String all = client.rest();
            assertTrue(all.contains("408 Request Timeout: request_timeout"), all);
        }
    }

    @Test
    void a_response_that_stalls_is_cut() {
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> proxy.kernel().loop().openDeadlines() == 2);
            Eventually.until(() -> client.socket().getInputStream().available() > 20);
            proxy.turn(Duration.ofMillis(9001));
            Eventually.until(() -> proxy.kernel().clients() == 0);
            assertEquals(1, proxy.refusals("response_timeout"));
            assertEquals(List.of(Outcome.BACKEND_TIMEOUT), proxy.group().outcomes());
            Eventually.until(() -> proxy.pool().open() == 0);
        }
    }

    @Test
    void a_client_that_does_not_read_is_cut() {
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n");
            String part = "x".repeat(100_000);
            for (int i = 0; i < 500; i++) {
                connection.write(part);
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address(), 4096)) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            long[] seen = {-1, 0};
            Eventually.until(() -> {
                long now = proxy.kernel().unsent(); // asked on the loop, which has had its turn each time
                seen[1] = now == seen[0] && now > 0 ? seen[1] + 1 : 0;
                seen[0] = now;
                return seen[1] > 100;
            });
            proxy.turn(Duration.ofMillis(9001));
            Eventually.until(() -> proxy.kernel().clients() == 0);
            assertEquals(1, proxy.refusals("client_stalled"));
            Eventually.until(() -> proxy.pool().open() == 0);
        }
    }

    @Test
    void a_closed_connection_leaves_no_deadline() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = proxy().start(origin.address())) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(proxy.address())) {
                    assertEquals(200, client.get("/").status());
                }
            }
            Eventually.until(() -> proxy.kernel().loop().openDeadlines() == 0);
        }
    }
}

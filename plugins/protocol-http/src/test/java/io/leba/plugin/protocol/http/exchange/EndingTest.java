package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a client's connection ends, and when it must not. */
class EndingTest {
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** Sends a head and half a body, waits, and sends the rest. */
    private Origin inTwoParts() {
        return Origin.with(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            connection.write("b");
            connection.readAll();
        });
    }

    @Test
    void draining_ends_a_connection_whose_response_had_begun() throws Exception {
        try (Origin origin = inTwoParts();
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            client.readExactly(40);
            proxy.kernel().drain();
            goOn.countDown();
            assertTrue(client.rest().endsWith("ab"));
        }
    }

    @Test
    void draining_answers_requests_that_have_come_already() throws Exception {
        try (Origin origin = inTwoParts();
                Origin second = Origin.saying("z");
                Proxy proxy = Proxy.onNio().start(origin.address(), second.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET /1 HTTP/1.1\r\nHost: test\r\n\r\nGET /2 HTTP/1.1\r\nHost: test\r\n\r\n");
            client.readExactly(40);
            proxy.kernel().drain();
            goOn.countDown();
            String rest = client.rest();
            assertTrue(rest.contains("HTTP/1.1 200 OK\r\nConnection: close\r\n"), rest);
            assertTrue(rest.endsWith("z"), rest);
        }
    }

    @Test
    void a_client_that_ends_its_output_within_a_response_is_closed_behind_it() throws Exception {
        try (Origin origin = inTwoParts();
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            client.readExactly(40);
            client.endOutput();
            proxy.kernel().loop().run(() -> {});
            goOn.countDown();
            assertTrue(client.rest().endsWith("ab"));
        }
    }

    private static HttpFilter deciding(CompletableFuture<Verdict> later, AtomicInteger asked) {
        return new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                asked.incrementAndGet();
                return Verdict.await(later);
            }
        };
    }

    @Test
    void a_client_that_ends_its_output_while_a_filter_decides_gets_its_response() {
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        for (String request : List.of(
                "GET / HTTP/1.1\r\nHost: test\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nb")) {
            try (Origin origin = Origin.saying("late");
                    Proxy proxy = Proxy.onNio().filter(deciding(later, asked)).start(origin.address());
                    RawClient client = new RawClient(proxy.address())) {
                int before = asked.get();
                client.send(request).endOutput();
                Eventually.until(() -> asked.get() > before);
                for (int i = 0; i < 5; i++) {
                    proxy.kernel().loop().run(() -> {});
                }
                later.complete(Verdict.proceed());
                String all = client.rest();
                assertTrue(all.endsWith("late"), all);
            }
        }
    }

    @Test
    void a_filter_that_takes_too_long_is_not_the_clients_fault() {
        HttpConfig.Timeouts defaults = Proxy.config().timeouts();
        HttpConfig config = new HttpConfig(
                List.of(),
                "leba",
                ForwardStamp.Words.X_FORWARDED,
                HttpConfig.PathPolicy.SAFE,
                0,
                new HttpConfig.Timeouts(
                        defaults.requestHead(),
                        Duration.ofSeconds(5),
                        defaults.idle(),
                        defaults.firstByte(),
                        defaults.backendIdle()),
                Proxy.config().limits(),
                Proxy.http2(),
                Proxy.http3(),
                Proxy.config().upgrade(),
                Proxy.config().grpc());
        AtomicInteger asked = new AtomicInteger();
        try (Proxy proxy = Proxy.onNio()
                        .with(config)
                        .filter(deciding(new CompletableFuture<>(), asked))
                        .start();
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> asked.get() == 1);
            proxy.turn(Duration.ofSeconds(6));
            RawClient.Response response = client.response();
            assertEquals("504 Gateway Timeout: filter_timeout\n", response.body());
            assertEquals(null, response.header("connection"), "the request is complete; the connection stays");
        }
    }
}

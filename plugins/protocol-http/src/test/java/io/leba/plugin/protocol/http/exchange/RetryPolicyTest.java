package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpGroup;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.config.ByteSize;
import io.leba.spi.protocol.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody";
    private static final String PUT = POST.replace("POST", "PUT");

    private static Origin answering(int status, AtomicInteger asked) {
        return Origin.with(connection -> {
            while (connection.readRequest() != null) {
                asked.incrementAndGet();
                connection.write("HTTP/1.1 " + status + " X\r\nContent-Length: 4\r\n\r\nback");
            }
        });
    }

    /** Closes each connection with its first request. */
    private static Origin dying(AtomicInteger asked) {
        return Origin.with(connection -> {
            connection.readRequest();
            asked.incrementAndGet();
        });
    }

    private static HttpGroup.Retry with(
            HttpGroup.Retry of, Optional<Duration> perTry, Optional<Duration> timeout, int floor) {
        return new HttpGroup.Retry(
                of.retryOn(),
                of.attempts(),
                perTry,
                timeout,
                0,
                floor,
                of.backoff(),
                of.maxBackoff(),
                of.buffer(),
                of.nonIdempotent());
    }

    private static HttpGroup.Retry anyMethod(HttpGroup.Retry of, int buffer) {
        return new HttpGroup.Retry(
                of.retryOn(),
                of.attempts(),
                of.perTryTimeout(),
                of.timeout(),
                of.budget(),
                of.budgetFloor(),
                of.backoff(),
                of.maxBackoff(),
                new ByteSize(buffer),
                true);
    }

    @Test
    void a_status_that_is_listed_is_asked_for_again_of_another_backend_and_the_client_sees_nothing_of_it() {
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        try (Origin bad = answering(503, failed);
                Origin good = answering(200, served);
                Proxy proxy = Proxy.onNio()
                        .retrying(Proxy.retry(3, "503"))
                        .listener(done -> attempts.add(done.attempts()))
                        .start(bad.address(), good.address());
                RawClient client = new RawClient(proxy.address())) {
            for (int i = 0; i < 4; i++) {
                assertEquals(200, client.send(GET).response().status());
            }
            assertTrue(failed.get() > 0);
            assertEquals(4, served.get());
            Eventually.until(() -> attempts.size() == 4);
            assertTrue(attempts.contains(2), "the access log says how many tries it took");
            assertEquals(failed.get(), proxy.count("leba_http_resent", "reason", "status"));
            Eventually.until(() -> proxy.group().inFlight() == 0);
            assertTrue(proxy.group().outcomes().contains(Outcome.BACKEND_ERROR));
        }
    }

    @Test
    void a_status_that_is_not_listed_goes_to_the_client() {
        AtomicInteger asked = new AtomicInteger();
        try (Origin bad = answering(500, asked);
                Origin other = answering(500, asked);
                Proxy proxy = Proxy.onNio()
                        .retrying(Proxy.retry(3, "gateway-error", "429"))
                        .start(bad.address(), other.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(500, client.send(GET).response().status());
            assertEquals(1, asked.get());
        }
    }

    @Test
    void the_last_try_s_response_goes_to_the_client_whatever_it_is() {
        AtomicInteger asked = new AtomicInteger();
        try (Origin bad = answering(502, asked);
                Origin other = answering(502, asked);
                Origin third = answering(502, asked);
                Proxy proxy = Proxy.onNio()
                        .retrying(Proxy.retry(2, "5xx"))
                        .start(bad.address(), other.address(), third.address());
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response = client.send(GET).response();
            assertEquals(502, response.status());
            assertEquals("back", response.body());
            assertEquals(2, asked.get());
        }
    }

    @Test
    void a_backend_that_is_alone_is_asked_again_after_a_pause() {
        AtomicInteger asked = new AtomicInteger();
        Origin.Script script = connection -> {
            while (connection.readRequest() != null) {
                int status = asked.incrementAndGet() < 3 ? 503 : 200;
                connection.write("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().retrying(Proxy.retry(3, "503")).start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send(GET);
            Eventually.until(() -> {
                proxy.turn(Duration.ofMillis(100));
                return asked.get() == 3;
            });
            assertEquals(200, client.response().status());
            Eventually.until(() -> proxy.group().inFlight() == 0);
        }
    }

    @Test
    void a_body_that_is_held_is_sent_again_and_one_that_is_too_large_is_not() {
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        String large = "PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 70000\r\n\r\n" + "x".repeat(70_000);
        try (Origin bad = dying(failed);
                Origin good = answering(200, served);
                Proxy proxy = Proxy.onNio().retrying(Proxy.retry(2, "reset")).start(bad.address(), good.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.send(PUT).response().status());
            assertEquals(1, failed.get());
            assertTrue(good.requests().get(0).endsWith("\r\n\r\nbody"));
            assertEquals(502, client.send(large).response().status());
        }
    }

    @Test
    void a_body_that_came_in_pieces_is_sent_again_whole() {
        AtomicInteger served = new AtomicInteger();
        Origin.Script script = connection -> connection.readRequest();
        try (Origin bad = Origin.with(script);
                Origin good = answering(200, served);
                Proxy proxy = Proxy.onNio().retrying(Proxy.retry(2, "reset")).start(bad.address(), good.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("PUT / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n");
            Eventually.until(() -> bad.received().contains("body"));
            client.send("5\r\n and \r\n");
            client.send("0\r\nX-Sum: 1\r\n\r\n");
            assertEquals(200, client.response().status());
            assertTrue(
                    good.requests().get(0).endsWith("\r\n\r\n4\r\nbody\r\n5\r\n and \r\n0\r\nX-Sum: 1\r\n\r\n"),
                    good.requests().get(0));
        }
    }

    @Test
    void what_is_not_idempotent_is_sent_again_only_if_the_operator_says_so() {
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        for (boolean isAllowed : new boolean[] {false, true}) {
            HttpGroup.Retry retry = Proxy.retry(2, "reset", "5xx");
            try (Origin bad = dying(failed);
                    Origin good = answering(200, served);
                    Proxy proxy = Proxy.onNio()
                            .retrying(isAllowed ? anyMethod(retry, 100) : retry)
                            .start(bad.address(), good.address());
                    RawClient client = new RawClient(proxy.address())) {
                assertEquals(isAllowed ? 200 : 502, client.send(POST).response().status());
            }
        }
        assertEquals(1, served.get());
        assertEquals(2, failed.get());
    }

    @Test
    void a_try_that_takes_too_long_is_given_up_for_another_backend() {
        AtomicInteger served = new AtomicInteger();
        Semaphore stop = new Semaphore(0);
        Origin.Script silent = connection -> {
            connection.readRequest();
            stop.acquireUninterruptibly();
        };
        HttpGroup.Retry retry =
                with(Proxy.retry(2, "timeout"), Optional.of(Duration.ofSeconds(1)), Optional.empty(), 3);
        try (Origin bad = Origin.with(silent);
                Origin good = answering(200, served);
                Proxy proxy = Proxy.onNio().retrying(retry).start(bad.address(), good.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send(GET);
            Eventually.until(() -> bad.requests().size() == 1);
            proxy.turn(Duration.ofMillis(1200));
            assertEquals(200, client.response().status());
            assertEquals(1, proxy.count("leba_http_resent", "reason", "timeout"));
            Eventually.until(() -> proxy.group().inFlight() == 0);
            assertEquals(
                    List.of(Outcome.BACKEND_TIMEOUT, Outcome.SUCCESS),
                    proxy.group().outcomes());
            stop.release(16);
        }
    }

    @Test
    void all_tries_together_have_an_end() {
        Semaphore stop = new Semaphore(0);
        AtomicInteger asked = new AtomicInteger();
        Origin.Script silent = connection -> {
            connection.readRequest();
            asked.incrementAndGet();
            stop.acquireUninterruptibly();
        };
        HttpGroup.Retry retry = with(
                Proxy.retry(16, "timeout"), Optional.of(Duration.ofSeconds(1)), Optional.of(Duration.ofSeconds(2)), 3);
        try (Origin first = Origin.with(silent);
                Origin second = Origin.with(silent);
                Origin third = Origin.with(silent);
                Proxy proxy = Proxy.onNio().retrying(retry).start(first.address(), second.address(), third.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send(GET);
            for (int i = 1; i <= 2; i++) {
                int seen = i;
                Eventually.until(() -> asked.get() == seen);
                proxy.turn(Duration.ofMillis(1200));
            }
            RawClient.Response response = client.response();
            assertEquals(504, response.status());
            assertEquals("504 Gateway Timeout: retry_timeout\n", response.body());
            assertEquals(2, asked.get());
            stop.release(16);
        }
    }

    @Test
    void no_more_are_sent_again_at_a_time_than_the_budget_allows() {
        Semaphore stop = new Semaphore(0);
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger waiting = new AtomicInteger();
        Origin.Script slow = connection -> {
            connection.readRequest();
            waiting.incrementAndGet();
            stop.acquireUninterruptibly();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        };
        HttpGroup.Retry retry = with(Proxy.retry(2, "reset"), Optional.empty(), Optional.empty(), 1);
        try (Origin bad = dying(failed);
                Origin good = Origin.with(slow);
                Proxy proxy = Proxy.onNio().retrying(retry).start(bad.address(), good.address())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int done = i + 1;
                RawClient client = new RawClient(proxy.address());
                clients.add(client);
                client.send(GET);
                Eventually.until(() -> waiting.get() + proxy.refusals("backend_closed") == done);
            }
            assertTrue(failed.get() >= 2);
            assertEquals(1, proxy.count("leba_http_resent", "reason", "reset"));
            assertEquals(failed.get() - 1, proxy.count("leba_http_retries_over_budget"));
            stop.release(16);
            clients.forEach(client -> client.response());
            clients.forEach(RawClient::close);
            Eventually.until(() -> proxy.group().inFlight() == 0);
        }
    }
}

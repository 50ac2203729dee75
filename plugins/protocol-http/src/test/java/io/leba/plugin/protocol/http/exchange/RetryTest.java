package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.protocol.Outcome;
import io.leba.testkit.origin.Nobody;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryTest {
    private final List<Nobody> nobodies = new ArrayList<>();

    @AfterEach
    void freePorts() throws IOException {
        for (Nobody nobody : nobodies) {
            nobody.close();
        }
    }

    /** Answers the first request of a connection and drops the connection when the second one comes. */
    private static Origin dropping(boolean byReset) {
        return Origin.with(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            if (connection.readRequest() != null && byReset) {
                connection.reset();
            }
        });
    }

    @Test
    void an_idempotent_request_survives_a_kept_connection_that_is_closed() {
        for (boolean byReset : new boolean[] {false, true}) {
            try (Origin origin = dropping(byReset);
                    Proxy proxy = Proxy.onNio().start(origin.address());
                    RawClient client = new RawClient(proxy.address())) {
                assertEquals(200, client.get("/first").status());
                assertEquals(200, client.get("/second").status());
                assertEquals(2, origin.connections().size());
                assertEquals(1, proxy.count("leba_http_resent", "reason", "kept_closed"));
                Eventually.until(() -> proxy.kernel().open() == 0);
                assertEquals(
                        List.of(Outcome.SUCCESS, Outcome.SUCCESS), proxy.group().outcomes());
            }
        }
    }

    @Test
    void a_small_body_is_sent_again_with_its_head() {
        try (Origin origin = dropping(false);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String put = "PUT /p HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody";
            assertEquals(200, client.send(put).response().status());
            assertEquals(200, client.send(put).response().status());
            assertEquals(origin.requests().get(1), origin.requests().get(2));
            assertTrue(origin.requests().get(2).endsWith("\r\n\r\nbody"));
        }
    }

    @Test
    void a_chunked_body_is_sent_again_with_its_trailers() {
        try (Origin origin = dropping(false);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String put = "PUT /p HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n";
            assertEquals(200, client.send(put).response().status());
            assertEquals(200, client.send(put).response().status());
            assertTrue(origin.requests().get(2).endsWith("4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n"));
        }
    }

    @Test
    void a_request_that_may_have_been_processed_is_not_sent_again() {
        try (Origin origin = dropping(false);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String post = "POST /p HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody";
            assertEquals(200, client.send(post).response().status());
            assertEquals(502, client.send(post).response().status());
            assertEquals(1, proxy.refusals("backend_closed"));
            assertEquals(2, origin.requests().size());
            Eventually.until(() -> proxy.kernel().open() == 0);
            assertEquals(
                    List.of(Outcome.SUCCESS, Outcome.BACKEND_RESET),
                    proxy.group().outcomes());
        }
    }

    @Test
    void a_request_on_a_new_connection_is_not_sent_again() {
        AtomicInteger seen = new AtomicInteger();
        Origin.Script script = connection -> {
            connection.readRequest();
            seen.incrementAndGet();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response = client.get("/");
            assertEquals(502, response.status());
            assertEquals("502 Bad Gateway: backend_closed\n", response.body());
            assertEquals(1, seen.get());
            assertEquals(502, client.get("/").status(), "the client's connection stays");
        }
    }

    @Test
    void a_safe_request_goes_to_another_backend_when_one_dies_before_it_answers() {
        AtomicInteger dropped = new AtomicInteger();
        Origin.Script dying = connection -> {
            connection.readRequest();
            dropped.incrementAndGet();
        };
        try (Origin dead = Origin.with(dying);
                Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(dead.address(), origin.address());
                RawClient client = new RawClient(proxy.address())) {
            for (int i = 0; i < 4; i++) {
                assertEquals(200, client.get("/").status());
            }
            assertTrue(dropped.get() > 0, "the dying one was asked");
            assertTrue(proxy.group().outcomes().contains(Outcome.BACKEND_RESET));
            String delete = "DELETE / HTTP/1.1\r\nHost: test\r\n\r\n";
            int statuses = 0;
            for (int i = 0; i < 2; i++) {
                statuses |= client.send(delete).response().status() == 502 ? 1 : 2;
            }
            assertEquals(3, statuses, "what is not safe fails on the dying one and succeeds on the other");
        }
    }

    @Test
    void a_request_that_kills_backends_goes_to_one_other_at_most() {
        AtomicInteger killed = new AtomicInteger();
        Origin.Script dying = connection -> {
            connection.readRequest();
            killed.incrementAndGet();
        };
        try (Origin first = Origin.with(dying);
                Origin second = Origin.with(dying);
                Origin third = Origin.with(dying);
                Proxy proxy = Proxy.onNio()) {
            proxy.group().retries(5);
            proxy.start(first.address(), second.address(), third.address());
            try (RawClient client = new RawClient(proxy.address())) {
                assertEquals(502, client.get("/").status());
                assertEquals(2, killed.get());
                assertEquals(502, client.get("/").status(), "and so does the next one");
                assertEquals(4, killed.get());
            }
        }
    }

    @Test
    void nothing_is_sent_again_once_a_byte_of_the_response_has_come() {
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            connection.readRequest();
            connection.write("HTTP/1.1 2");
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.get("/").status());
            assertEquals(502, client.get("/").status());
            assertEquals(1, origin.connections().size());
        }
    }

    @Test
    void a_backend_that_refuses_is_passed_over() throws IOException {
        InetSocketAddress refusing = refusing();
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(refusing, origin.address());
                RawClient client = new RawClient(proxy.address())) {
            for (int i = 0; i < 3; i++) {
                String post = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc";
                assertEquals(200, client.send(post).response().status());
            }
            assertTrue(proxy.group().outcomes().contains(Outcome.CONNECT_FAILED));
            assertEquals(3, origin.requests().size());
        }
    }

    @Test
    void when_all_refuse_the_client_is_told() throws IOException {
        try (Proxy proxy = Proxy.onNio().start(refusing(), refusing());
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response = client.get("/");
            assertEquals(502, response.status());
            assertEquals("502 Bad Gateway: connect_failed\n", response.body());
            assertEquals(
                    List.of(Outcome.CONNECT_FAILED, Outcome.CONNECT_FAILED),
                    proxy.group().outcomes());
            assertEquals(502, client.get("/").status(), "the client's connection stays");
        }
    }

    @Test
    void no_more_backends_are_tried_than_configured() throws IOException {
        try (Proxy proxy = Proxy.onNio()) {
            proxy.group().retries(1);
            proxy.start(refusing(), refusing(), refusing());
            try (RawClient client = new RawClient(proxy.address())) {
                assertEquals(502, client.get("/").status());
            }
            assertEquals(2, proxy.group().outcomes().size());
        }
    }

    @Test
    void without_a_backend_the_client_is_told() {
        try (Proxy proxy = Proxy.onNio().start();
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(503, client.get("/").status());
            String post = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\n";
            RawClient.Response response = client.send(post).response();
            assertEquals(503, response.status());
            assertEquals("close", response.header("connection"), "the body has not come");
            assertEquals(2, proxy.refusals("no_backend"));
        }
    }

    @Test
    void a_connection_that_comes_about_after_the_client_left_goes_to_the_pool() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address())) {
            proxy.pool().holdConnects();
            try (RawClient client = new RawClient(proxy.address())) {
                client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
                Eventually.until(() -> proxy.pool().connects() == 1);
            }
            // Half of a close cannot be told from a client that waits; a reset can.
            try (RawClient client = new RawClient(proxy.address())) {
                client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
                Eventually.until(() -> proxy.pool().connects() == 2);
                client.socket().setSoLinger(true, 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            Eventually.until(() -> proxy.kernel().exits().contains(Outcome.CLIENT_ABORTED));
            proxy.pool().goOn();
            Eventually.until(() -> proxy.pool().idle() == 2 && proxy.kernel().open() == 0);
            try (RawClient client = new RawClient(proxy.address())) {
                assertEquals(200, client.get("/").status());
            }
            Eventually.until(() -> proxy.group().inFlight() == 0);
        }
    }

    private InetSocketAddress refusing() throws IOException {
        Nobody nobody = new Nobody();
        nobodies.add(nobody);
        return nobody.address();
    }
}

package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.fake.RawClient.Response;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PersistenceTest {
    @Test
    void a_client_that_asks_for_it_is_closed_after_its_response() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String all = client.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
                    .rest();
            assertTrue(all.startsWith("HTTP/1.1 200 OK\r\nConnection: close\r\n"), all);
            assertTrue(all.endsWith("\r\n\r\nx"), all);
            assertEquals(1, proxy.pool().idle(), "the backend's connection stays");
        }
    }

    @Test
    void an_http10_client_is_closed_unless_it_asks_to_stay() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address());
                RawClient other = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n\r\n");
            assertEquals("keep-alive", client.response().header("connection"));
            client.send("GET / HTTP/1.0\r\nHost: test\r\n\r\n");
            assertEquals("close", client.response().header("connection"));
            assertEquals("", client.rest());

            String all = other.send("GET / HTTP/1.0\r\n\r\n").rest();
            assertTrue(all.endsWith("x"), all);
            String host = "Host: 127.0.0.1:" + proxy.address().getPort() + "\r\n";
            assertTrue(
                    origin.requests().get(2).contains(host), origin.requests().get(2));
            assertFalse(origin.requests().get(2).contains("X-Forwarded-Host"));
        }
    }

    @Test
    void an_http10_client_gets_a_chunked_response_without_chunks() {
        String response = "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n";
        for (int readSize : new int[] {1, 2, 5, 1000}) {
            try (Origin origin = Origin.answering(response);
                    Proxy proxy = Proxy.onNio()) {
                proxy.kernel().loop().readAtMost(readSize);
                proxy.start(origin.address());
                try (RawClient client = new RawClient(proxy.address())) {
                    String all = client.send("GET / HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n\r\n")
                            .rest();
                    assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\nDate: now\r\n\r\nabcde", all);
                }
                Eventually.until(() -> proxy.pool().idle() == 1);
            }
        }
    }

    @Test
    void an_http10_client_sees_no_interim_responses() {
        try (Origin origin = Origin.answering(
                        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(
                    200,
                    client.send("GET / HTTP/1.0\r\nHost: test\r\n\r\n")
                            .response()
                            .status());
        }
    }

    @Test
    void a_backend_that_closes_is_not_used_again() {
        try (Origin origin = Origin.answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertNull(client.get("/").header("connection"));
            assertEquals("x", client.get("/").body());
            assertEquals(2, origin.connections().size());
        }
    }

    @Test
    void an_http10_backend_is_used_again_only_if_it_says_so() {
        try (Origin origin = Origin.answering("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx");
                Origin staying =
                        Origin.answering("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx");
                Proxy proxy = Proxy.onNio().start(origin.address(), staying.address());
                RawClient client = new RawClient(proxy.address())) {
            for (int i = 0; i < 4; i++) {
                assertEquals(200, client.get("/").status());
            }
            assertEquals(2, origin.connections().size());
            assertEquals(1, staying.connections().size());
        }
    }

    @Test
    void a_connection_on_which_a_204_announced_a_body_is_not_used_again() {
        for (String field : List.of("Content-Length: 5", "Transfer-Encoding: chunked")) {
            try (Origin origin = Origin.answering("HTTP/1.1 204 No Content\r\n" + field + "\r\n\r\n");
                    Proxy proxy = Proxy.onNio().start(origin.address());
                    RawClient client = new RawClient(proxy.address())) {
                assertEquals(204, client.get("/").status());
                assertEquals(204, client.get("/").status());
                assertEquals(2, origin.connections().size());
            }
        }
    }

    @Test
    void a_backend_that_talks_unasked_is_closed() {
        CountDownLatch talk = new CountDownLatch(1);
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            try {
                talk.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals("x", client.get("/").body());
            talk.countDown();
            Eventually.until(() -> proxy.pool().open() == 0);
        }
    }

    @Test
    void a_body_that_a_backend_may_not_read_ends_the_backends_connection() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String body = "Host: test\r\nContent-Length: 1\r\n\r\nb";
            assertEquals(
                    200, client.send("POST / HTTP/1.1\r\n" + body).response().status());
            assertEquals(
                    200, client.send("GET / HTTP/1.1\r\n" + body).response().status());
            assertEquals(
                    200, client.send("DELETE / HTTP/1.1\r\n" + body).response().status());
            assertEquals(200, client.get("/").status());
            assertEquals(
                    List.of(2, 1, 1),
                    origin.connections().stream()
                            .map(connection ->
                                    Math.toIntExact(connection.received().split(" / HTTP/1.1\r\n", -1).length - 1))
                            .toList());
        }
    }

    @Test
    void draining_closes_idle_connections_and_tells_busy_ones() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        Origin.Script script = connection -> {
            while (connection.readRequest() != null) {
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient idle = new RawClient(proxy.address());
                RawClient busy = new RawClient(proxy.address())) {
            busy.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> proxy.kernel().open() == 1 && proxy.kernel().clients() == 2);
            proxy.kernel().drain();
            assertEquals("", idle.rest());
            answer.countDown();
            String all = busy.rest();
            assertTrue(all.startsWith("HTTP/1.1 200 OK\r\nConnection: close\r\n"), all);
        }
    }

    @Test
    void a_client_that_has_sent_its_last_byte_still_gets_its_response() {
        try (Origin origin = Origin.saying("late");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String all = client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
                    .endOutput()
                    .rest();
            assertTrue(all.endsWith("late"), all);
        }
    }

    @Test
    void the_number_of_requests_a_connection_carries_can_be_bounded() {
        HttpConfig defaults = Proxy.config();
        HttpConfig two = new HttpConfig(
                List.of(),
                "",
                ForwardStamp.Words.X_FORWARDED,
                HttpConfig.PathPolicy.SAFE,
                2,
                defaults.timeouts(),
                defaults.limits(),
                Proxy.http2(),
                Proxy.http3(),
                defaults.upgrade(),
                defaults.grpc());
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().with(two).start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertNull(client.get("/").header("connection"));
            assertEquals("close", client.get("/").header("connection"));
            assertEquals("", client.rest());
            assertFalse(origin.requests().get(0).contains("Via"), "no pseudonym, no Via");
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() {
        Origin.Script script = connection -> {
            for (String request = connection.readRequest(); request != null; request = connection.readRequest()) {
                String path = request.substring(4, request.indexOf(" HTTP"));
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: test\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 500; i++) {
                Response response = client.response();
                assertEquals("/" + i, response.body());
            }
            assertEquals(1, origin.connections().size());
            assertEquals(200, client.get("/again").status());
        }
    }
}

package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.Verdict;
import io.leba.spi.protocol.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Filters that answer instead of a backend. */
class FilterAnswerTest {
    private final Telling.Events events = new Telling.Events();

    private static Origin origin() {
        return Origin.answering("HTTP/1.1 200 OK\r\nDate: now\r\nX-Old: 1\r\nContent-Length: 1\r\n\r\nx");
    }

    @Test
    void an_answer_ends_the_way_in_and_is_shown_on_the_way_out() {
        HttpAnswer answer = new HttpAnswer(
                429,
                List.of(Map.entry("Retry-After", "5"), Map.entry("Content-Length", "77")),
                "slow".getBytes(),
                "limit");
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a").onResponse((response, exchange) -> {
                            assertEquals("5", response.header("retry-after"));
                            response.setHeader("X-Seen", "yes");
                        }))
                        .filter(events.filter("b").onRequest((request, exchange) -> Verdict.answer(answer)))
                        .filter(events.filter("c"))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response = client.get("/");
            assertEquals(
                    "HTTP/1.1 429 Too Many Requests\r\nDate: Sun, 09 Sep 2001 01:46:40 GMT\r\nRetry-After: 5\r\n"
                            + "Content-Length: 4\r\nX-Seen: yes\r\n\r\n",
                    response.head());
            assertEquals("slow", response.body());
            assertEquals(429, client.get("/").status(), "the connection stays");
            Eventually.until(() -> proxy.kernel().open() == 0);
            assertEquals(
                    List.of("a>", "b>", "b<429!", "a<429!", "b.429", "a.429"),
                    events.told().subList(0, 6));
            assertEquals(
                    List.of(Outcome.CLIENT_ERROR, Outcome.CLIENT_ERROR),
                    proxy.kernel().exits());
            assertEquals(List.of(), origin.requests());
        }
    }

    @Test
    void an_answer_takes_the_body_that_has_come_along() {
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a")
                                .onRequest(
                                        (request, exchange) -> request.method().equals("POST")
                                                ? Verdict.answer(HttpAnswer.text(403, "no", "denied"))
                                                : Verdict.proceed()))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"
                    + "GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            assertEquals(403, client.response().status());
            assertEquals(200, client.response().status());
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\n");
            RawClient.Response response = client.response();
            assertEquals(403, response.status());
            assertEquals("close", response.header("connection"), "the body has not come");
        }
    }

    @Test
    void an_answer_to_head_has_no_body_and_204_no_length() {
        try (Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a")
                                .onRequest((request, exchange) -> Verdict.answer(
                                        request.path().equals("/204")
                                                ? new HttpAnswer(204, List.of(), new byte[0], "")
                                                : HttpAnswer.text(200, "hello", ""))))
                        .start();
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response =
                    client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n").response(true);
            assertEquals("5", response.header("content-length"));
            response = client.get("/204");
            assertEquals(204, response.status());
            assertNull(response.header("content-length"));
            assertEquals("hello", client.get("/").body());
        }
    }

    @Test
    void an_invalid_answer_is_an_error_of_the_filter() {
        List<HttpAnswer> bad = List.of(
                new HttpAnswer(200, List.of(Map.entry("X", "a\r\nb")), new byte[0], ""),
                new HttpAnswer(200, List.of(Map.entry("X y", "a")), new byte[0], ""),
                new HttpAnswer(302, List.of(Map.entry("Location", "/\r\nSet-Cookie: a=b")), new byte[0], ""),
                new HttpAnswer(200, List.of(Map.entry("X", "a"), Map.entry("Y: b\r\nZ", "c")), new byte[0], ""),
                new HttpAnswer(200, List.of(Map.entry("X", "\u20ac")), new byte[0], ""),
                new HttpAnswer(99, List.of(), new byte[0], ""),
                new HttpAnswer(100, List.of(), new byte[0], ""),
                new HttpAnswer(600, List.of(), new byte[0], ""),
                new HttpAnswer(-1, List.of(), new byte[0], ""));
        int[] next = {0};
        try (Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a")
                                .onRequest((request, exchange) -> Verdict.answer(bad.get(next[0]++ % bad.size()))))
                        .start();
                RawClient client = new RawClient(proxy.address())) {
            for (int i = 0; i < bad.size(); i++) {
                assertEquals(500, client.get("/").status(), bad.get(i).toString());
            }
        }
    }
}

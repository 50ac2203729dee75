package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.http.Verdict;
import io.leba.testkit.protocol.TestGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterTest {
    private final Telling.Events events = new Telling.Events();

    private static Origin origin() {
        return Origin.answering("HTTP/1.1 200 OK\r\nDate: now\r\nX-Old: 1\r\nContent-Length: 1\r\n\r\nx");
    }

    @Test
    void filters_run_in_order_and_back_in_reverse() {
        TestGroup other = new TestGroup("other", "http");
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a"))
                        .filter(events.filter("b"))
                        .route(
                                "r",
                                new HttpRoute(Optional.of("/r*"), Optional.empty(), Set.of(), Map.of()),
                                other.add(origin.address()),
                                events.filter("c"))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.get("/r").status());
            Eventually.until(() -> proxy.kernel().open() == 0);
            assertEquals(
                    List.of("a>", "b>", "c>", "c<200", "b<200", "a<200", "c.200", "b.200", "a.200"), events.told());
            events.clear();
            assertEquals(200, client.get("/").status());
            Eventually.until(() -> proxy.kernel().open() == 0);
            assertEquals(List.of("a>", "b>", "b<200", "a<200", "b.200", "a.200"), events.told());
        }
    }

    @Test
    void edits_are_seen_at_once_and_applied_when_the_head_is_sent() {
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a")
                                .onRequest((request, exchange) -> {
                                    assertEquals("GET", request.method());
                                    assertEquals("/old", request.path());
                                    assertEquals("q=1", request.query());
                                    assertEquals("test", request.host());
                                    assertEquals("http", request.scheme());
                                    assertEquals(11, request.version());
                                    assertEquals("1", request.header("X-A"));
                                    assertNull(request.header("X-Forwarded-For"), "a claim that nobody vouches for");
                                    request.setHeader("x-a", "2");
                                    assertEquals("2", request.header("X-A"));
                                    request.addHeader("X-B", "3");
                                    request.removeHeader("X-C");
                                    assertNull(request.header("x-c"));
                                    request.setTarget("/new?q=2");
                                    request.setHost("inner:81");
                                    assertEquals("/new", request.path());
                                    assertEquals("q=2", request.query());
                                    assertEquals("inner:81", request.header("Host"));
                                    List<String> all = new ArrayList<>();
                                    request.forEachHeader((name, value) -> all.add(name + "=" + value));
                                    assertEquals(List.of("Host=inner:81", "Accept=*", "x-a=2", "X-B=3"), all);
                                    return Verdict.proceed();
                                })
                                .onResponse((response, exchange) -> {
                                    response.removeHeader("x-old");
                                    response.addHeader("X-New", "1");
                                    response.setHeader("X-New", "2");
                                    assertEquals("2", response.header("x-new"));
                                    assertEquals("now", response.header("date"));
                                    List<String> all = new ArrayList<>();
                                    response.forEachHeader((name, value) -> all.add(name + "=" + value));
                                    assertEquals(List.of("Date=now", "Content-Length=1", "X-New=2"), all);
                                }))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response = client.send("GET /old?q=1 HTTP/1.1\r\nHost: test\r\nX-A: 1\r\nX-A: 1b\r\n"
                            + "X-C: c\r\nAccept: *\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n")
                    .response();
            assertEquals("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 1\r\nX-New: 2\r\n\r\n", response.head());
            assertEquals(
                    List.of("GET /new?q=2 HTTP/1.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
                            + "Via: 1.1 leba\r\nX-Forwarded-Host: test\r\nHost: inner:81\r\nAccept: *\r\nx-a: 2\r\n"
                            + "X-B: 3\r\n\r\n"),
                    origin.requests());
        }
    }

    @Test
    void a_filter_may_decide_about_what_leba_adds() {
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a").onRequest((request, exchange) -> {
                            request.setHeader("X-Forwarded-Proto", "https");
                            request.removeHeader("Via");
                            return Verdict.proceed();
                        }))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.get("/");
            assertEquals(
                    "GET / HTTP/1.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: test\r\nHost: test\r\n"
                            + "X-Forwarded-Proto: https\r\n\r\n",
                    origin.requests().get(0));
        }
    }

    @Test
    void what_frames_a_message_cannot_be_changed() {
        List<Throwable> thrown = new ArrayList<>();
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a").onRequest((request, exchange) -> {
                            for (String name : List.of(
                                    "Content-Length",
                                    "transfer-encoding",
                                    "Connection",
                                    "Content_Length",
                                    "TE",
                                    "Keep-Alive",
                                    "Upgrade",
                                    "Proxy-Connection",
                                    "bad name",
                                    "")) {
                                thrown.add(assertThrows(
                                        IllegalArgumentException.class, () -> request.setHeader(name, "1"), name));
                                thrown.add(assertThrows(
                                        IllegalArgumentException.class, () -> request.removeHeader(name), name));
                            }
                            for (String value : List.of("a\r\nb", "a\nb", "\0", "\u20ac")) {
                                assertThrows(IllegalArgumentException.class, () -> request.addHeader("X", value));
                            }
                            for (String target :
                                    List.of("", "x", "/\u20ac", "/a b", "/a/../b", "/\r\n", "*", "/a%zz", "/#a")) {
                                assertThrows(IllegalArgumentException.class, () -> request.setTarget(target), target);
                            }
                            for (String host : List.of("", "a b", "a/b", "a\r\n")) {
                                assertThrows(IllegalArgumentException.class, () -> request.setHost(host), host);
                            }
                            assertThrows(IllegalArgumentException.class, () -> request.addHeader("Host", "b"));
                            assertThrows(IllegalArgumentException.class, () -> request.removeHeader("host"));
                            return Verdict.proceed();
                        }))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.get("/").status());
            assertEquals(20, thrown.size());
        }
    }

    @Test
    void a_filter_that_throws_fails_the_exchange_and_not_the_connection() {
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a").onComplete(() -> {
                            throw new IllegalStateException("on completion");
                        }))
                        .filter(events.filter("b")
                                .onRequest((request, exchange) -> {
                                    if (request.path().equals("/in")) {
                                        throw new IllegalStateException("on the way in");
                                    }
                                    if (request.path().equals("/link")) {
                                        throw new NoClassDefFoundError("on the way in");
                                    }
                                    if (request.path().equals("/answer")) {
                                        return Verdict.answer(null);
                                    }
                                    if (request.path().equals("/await")) {
                                        return Verdict.await(null);
                                    }
                                    return request.path().equals("/null") ? null : Verdict.proceed();
                                })
                                .onResponse((response, exchange) -> {
                                    if (exchange.attachment("x") == null) {
                                        exchange.attach("x", "y");
                                        throw new IllegalStateException("on the way out");
                                    }
                                }))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(500, client.get("/in").status());
            assertEquals(500, client.get("/null").status());
            assertEquals(500, client.get("/link").status());
            assertEquals(500, client.get("/answer").status());
            assertEquals(500, client.get("/await").status());
            assertEquals(500, client.get("/out").status());
            assertEquals(6, proxy.refusals("internal_error"));
            Eventually.until(() -> proxy.kernel().open() == 0);
            assertEquals(12, proxy.count("leba_http_filter_failures"));
            assertEquals(
                    List.of("a>", "b>", "b<200", "b.500", "a.500"),
                    events.told().subList(5 * 4, events.told().size()));
            assertEquals(List.of("a>", "b>", "b.500", "a.500"), events.told().subList(0, 4));
        }
    }

    @Test
    void what_a_filter_keeps_lasts_as_long_as_its_exchange() {
        Object[] owners = {new Object(), new Object(), new Object()};
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a")
                                .onRequest((request, exchange) -> {
                                    for (Object owner : owners) {
                                        assertNull(exchange.attachment(owner));
                                        exchange.attach(owner, 1);
                                        exchange.attach(owner, owner);
                                    }
                                    exchange.attach(owners[0], null);
                                    exchange.attach("nothing", null);
                                    assertEquals("web", exchange.frontend());
                                    assertEquals("", exchange.route());
                                    assertNull(exchange.backend());
                                    assertEquals(0, exchange.loop());
                                    assertEquals(0, exchange.status());
                                    assertTrue(exchange.startNanos() <= System.nanoTime());
                                    return Verdict.proceed();
                                })
                                .onResponse((response, exchange) -> {
                                    assertNull(exchange.attachment(owners[0]));
                                    assertEquals(owners[1], exchange.attachment(owners[1]));
                                    assertEquals(owners[2], exchange.attachment(owners[2]));
                                    assertEquals(
                                            origin.address(), exchange.backend().address());
                                    assertEquals(200, exchange.status());
                                }))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.get("/").status());
            assertEquals(200, client.get("/").status());
        }
    }

    @Test
    void a_request_that_no_route_takes_passes_the_frontends_filters() {
        try (Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a"))
                        .withoutDefault()
                        .start();
                RawClient client = new RawClient(proxy.address())) {
            assertEquals("404 Not Found: no_route\n", client.get("/").body());
            assertEquals(404, client.get("/").status(), "the connection stays");
            Eventually.until(() -> events.told().equals(List.of("a>", "a.404", "a>", "a.404")));
        }
    }
}

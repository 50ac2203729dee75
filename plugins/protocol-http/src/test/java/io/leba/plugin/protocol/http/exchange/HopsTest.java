package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import io.leba.spi.protocol.Outcome;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that may not pass proxies for ever: those that go in circles, and those that say themselves how far they may go. */
class HopsTest {
    private final Origin origin = Origin.saying("x");
    private final Proxy proxy = Proxy.onNio();

    @AfterEach
    void stop() {
        Eventually.until(() -> proxy.kernel().open() == 0);
        proxy.close();
        origin.close();
    }

    private RawClient.Response ask(String method, String fields) {
        try (RawClient client = new RawClient(proxy.address())) {
            return client.send(method + " / HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n")
                    .response();
        }
    }

    private Proxy named(String via, int passes) {
        HttpConfig all = Proxy.config();
        HttpConfig.Limits limits = all.limits();
        return proxy.with(new HttpConfig(
                all.trustedProxies(),
                via,
                all.forwarded(),
                all.pathPolicy(),
                all.keepAliveRequests(),
                all.timeouts(),
                new HttpConfig.Limits(
                        limits.head(),
                        limits.target(),
                        limits.headers(),
                        limits.body(),
                        limits.responseHead(),
                        limits.minReceiveRate(),
                        limits.minSendRate(),
                        passes),
                all.http2(),
                all.http3(),
                all.upgrade(),
                all.grpc()));
    }

    // Via.

    @Test
    void a_request_in_a_circle_is_refused_when_it_has_come_round_often_enough() {
        proxy.group().add(proxy.start(0).address());
        RawClient.Response response = ask("GET", "");
        assertEquals(508, response.status());
        assertEquals("508 Loop Detected: loop_detected\n", response.body());
        Eventually.until(() -> proxy.kernel().exits().size() == 6);
        assertEquals(1, proxy.refusals("loop_detected"), "five passes, and the sixth is one too many");
        assertTrue(proxy.kernel().exits().contains(Outcome.CLIENT_ERROR));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: 1.1 edge\r\n",
                "Via: 1.1 EDGE\r\n",
                "Via: HTTP/2.0 edge\r\n",
                "Via: 1.0 fred, 1.1 edge (a comment)\r\n",
                "Via: 1.0 fred\r\nVia: 1.1 edge\r\n",
                "Via: 1.1 edge,1.0 fred\r\n",
                "Via: 1.1\tedge\t, 1.0 fred\r\n",
                "Via: ,, 1.1   edge\r\n",
                "via: 1.1 edge\r\nX: y\r\nvia: \r\n"
            })
    void a_name_of_its_own_shows_a_circle_at_once(String fields) {
        named("edge", 0).start(origin.address());
        assertEquals(508, ask("GET", fields).status());
        assertEquals(200, ask("GET", "").status());
        assertEquals(1, origin.requests().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: 1.1 edges\r\n",
                "Via: 1.1 edg\r\n",
                "Via: 1.1 the-edge\r\n",
                "Via: edge\r\n",
                "Via: edge fred\r\n",
                "Via: 1.1 fred edge\r\n",
                "Via: 1.1 edge:8080\r\n",
                "Via: 1.1 fred, edge\r\n",
                "Via:\r\n",
                "X-Via: 1.1 edge\r\n"
            })
    void other_names_are_no_circle(String fields) {
        named("edge", 0).start(origin.address());
        assertEquals(200, ask("GET", fields).status());
    }

    @Test
    void without_a_name_nothing_is_counted() {
        named("", 0).start(origin.address());
        assertEquals(200, ask("GET", "Via: 1.1 , 1.1 edge\r\n").status());
    }

    @Test
    void passes_are_counted_over_all_fields() {
        named("edge", 3).start(origin.address());
        assertEquals(
                200, ask("GET", "Via: 1.1 edge, 1.1 edge\r\nVia: 1.1 edge\r\n").status());
        assertEquals(
                508,
                ask("GET", "Via: 1.1 edge, 1.1 edge\r\nVia: 1.1 edge,1.1 edge\r\n")
                        .status());
    }

    // Max-Forwards.

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, 1, 0",
        "OPTIONS, 10, 9",
        "OPTIONS, 0007, 6",
        "TRACE, 1, 0",
        "OPTIONS, 1000000000, 999999999",
        "TRACE, 99999999999999999999999999, 999999999"
    })
    void each_proxy_counts_down(String method, String said, String sent) {
        proxy.start(origin.address());
        assertEquals(
                200,
                ask(method, "A: b\r\nMax-Forwards: " + said + "\r\nC: d\r\n").status());
        String request = origin.requests().get(0);
        assertTrue(request.contains("\r\nMax-Forwards: " + sent + "\r\n"), request);
        assertEquals(request.indexOf("Max-Forwards"), request.lastIndexOf("Max-Forwards"), request);
        assertTrue(request.contains("\r\nA: b\r\nC: d\r\n"), request);
    }

    @Test
    void an_options_that_may_go_no_further_is_answered_by_leba() {
        proxy.start(origin.address());
        try (RawClient client = new RawClient(proxy.address())) {
            for (String target : new String[] {"*", "/x"}) {
                RawClient.Response response = client.send(
                                "OPTIONS " + target + " HTTP/1.1\r\nHost: test\r\nMax-Forwards: 0\r\n\r\n")
                        .response();
                assertEquals(200, response.status());
                assertEquals("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", response.header("allow"));
                assertEquals("0", response.header("content-length"));
            }
        }
        assertTrue(origin.requests().isEmpty());
        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.SUCCESS, Outcome.SUCCESS)));
    }

    /** What the request holds is nobody's business but its sender's and the backend's. */
    @Test
    void a_trace_that_may_go_no_further_is_not_reflected() {
        proxy.start(origin.address());
        RawClient.Response response = ask("TRACE", "Max-Forwards: 0\r\nCookie: secret\r\n");
        assertEquals(405, response.status());
        assertFalse(response.body().toLowerCase(Locale.ROOT).contains("secret"));
        assertEquals(1, proxy.refusals("trace_ended"));
        assertTrue(origin.requests().isEmpty());
    }

    @Test
    void filters_decide_before_leba_answers() {
        proxy.filter(new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                return Verdict.answer(new HttpAnswer(403, List.of(), new byte[0], "acl"));
            }
        });
        proxy.start(origin.address());
        assertEquals(403, ask("OPTIONS", "Max-Forwards: 0\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Max-Forwards:\r\n",
                "Max-Forwards: -1\r\n",
                "Max-Forwards: +1\r\n",
                "Max-Forwards: 1.0\r\n",
                "Max-Forwards: 0x1\r\n",
                "Max-Forwards: 1, 1\r\n",
                "Max-Forwards: 1\r\nMax-Forwards: 1\r\n",
                "Max-Forwards: many\r\n"
            })
    void what_is_no_number_of_proxies_is_refused(String fields) {
        proxy.start(origin.address());
        assertEquals(400, ask("OPTIONS", fields).status());
        assertEquals(400, ask("TRACE", fields).status());
        assertEquals(2, proxy.refusals("bad_max_forwards"));
        assertEquals(200, ask("GET", fields).status(), "of other methods it means nothing");
        assertTrue(
                origin.requests().get(0).contains("\r\n" + fields),
                origin.requests().get(0));
    }

    @Test
    void a_filter_that_sets_it_has_the_last_word() {
        proxy.filter(new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                request.setHeader("Max-Forwards", "3");
                return Verdict.proceed();
            }
        });
        proxy.start(origin.address());
        assertEquals(200, ask("OPTIONS", "Max-Forwards: 8\r\n").status());
        String request = origin.requests().get(0);
        assertTrue(request.contains("Max-Forwards: 3\r\n"), request);
        assertFalse(request.contains("Max-Forwards: 7\r\n"), request);
    }
}

package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.http.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Filters that decide later. */
class LateFilterTest {
    private final Telling.Events events = new Telling.Events();

    private static Origin origin() {
        return Origin.answering("HTTP/1.1 200 OK\r\nDate: now\r\nX-Old: 1\r\nContent-Length: 1\r\n\r\nx");
    }

    @Test
    void a_filter_that_decides_later_holds_the_request() {
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a").onRequest((request, exchange) -> Verdict.await(later)))
                        .filter(events.filter("b"))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            Eventually.until(() -> events.told().equals(List.of("a>")));
            client.send("2\r\nde\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: test\r\n\r\n");
            proxy.kernel().loop().run(() -> {});
            assertEquals(List.of(), origin.connections());
            later.complete(Verdict.proceed());
            assertEquals(200, client.response().status());
            assertEquals(200, client.response().status());
            assertTrue(origin.requests().get(0).endsWith("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
            assertTrue(origin.requests().get(1).startsWith("GET /next"));
        }
    }

    @Test
    void a_filter_that_decided_before_it_was_asked_holds_nothing_up() {
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a")
                                .onRequest((request, exchange) ->
                                        Verdict.await(CompletableFuture.completedFuture(Verdict.proceed()))))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.get("/").status());
            assertEquals(200, client.get("/").status());
        }
    }

    @Test
    void a_filter_that_never_decides_is_not_waited_for() {
        CompletableFuture<Verdict> never = new CompletableFuture<>();
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a").onRequest((request, exchange) -> Verdict.await(never)))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> events.told().equals(List.of("a>")));
            proxy.turn(Duration.ofSeconds(61));
            assertEquals(
                    "504 Gateway Timeout: filter_timeout\n", client.response().body());
            Eventually.until(() -> events.told().equals(List.of("a>", "a.504")));
            never.complete(Verdict.proceed());
            proxy.kernel().loop().run(() -> {});
            assertEquals(List.of(), origin.connections());
        }
    }

    @Test
    void a_filter_whose_decision_fails_fails_the_exchange() {
        try (Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a")
                                .onRequest((request, exchange) ->
                                        Verdict.await(CompletableFuture.failedFuture(new IllegalStateException()))))
                        .start();
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(500, client.get("/").status());
            assertEquals(1, proxy.refusals("internal_error"));
        }
    }

    @Test
    void a_client_that_leaves_while_a_filter_decides_is_told_once() {
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        try (Origin origin = origin();
                Proxy proxy = Proxy.onNio()
                        .filter(events.filter("a").onRequest((request, exchange) -> Verdict.await(later)))
                        .start(origin.address())) {
            try (RawClient client = new RawClient(proxy.address())) {
                client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
                Eventually.until(() -> events.told().equals(List.of("a>")));
                client.reset();
            }
            Eventually.until(() -> events.told().equals(List.of("a>", "a.0")));
            later.complete(Verdict.proceed());
            proxy.kernel().loop().run(() -> {});
            assertEquals(List.of("a>", "a.0"), events.told());
            assertEquals(List.of(), origin.connections());
        }
    }
}

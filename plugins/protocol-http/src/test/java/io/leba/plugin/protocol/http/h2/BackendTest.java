package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpGroup;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.spi.config.ByteSize;
import io.leba.spi.protocol.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends that speak HTTP/2, with clients of either version. */
class BackendTest {
    private final Proxy proxy = Proxy.toHttp2();
    private final List<Http2Origin> origins = new ArrayList<>();

    @AfterEach
    void stop() {
        Eventually.until(() -> proxy.group().inFlight() == 0);
        proxy.close();
        origins.forEach(Http2Origin::close);
    }

    private Http2Origin start(Http2Origin... all) {
        for (Http2Origin origin : all) {
            origins.add(origin);
            proxy.group().add(origin.address());
        }
        proxy.start(0);
        return all[0];
    }

    private SocketPeer http2() throws IOException {
        return new SocketPeer(proxy.address());
    }

    private static String text(int size) {
        StringBuilder text = new StringBuilder();
        while (text.length() < size) {
            text.append((char) ('a' + text.length() % 26)).append(text.length());
        }
        return text.substring(0, size);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 16_384, 65_536, 200_000})
    void bodies_of_every_size_pass_between_http1_and_http2(int size) {
        Http2Origin origin = start(Http2Origin.echoing());
        String body = text(size);
        try (RawClient client = new RawClient(proxy.address())) {
            for (int i = 0; i < 2; i++) {
                client.send("POST /a?b HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + size + "\r\n\r\n" + body);
                RawClient.Response response = client.response();
                assertEquals(200, response.status());
                assertEquals("POST /a?b|" + body, response.body());
            }
            client.send("PUT /c HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + (size == 0 ? "" : Integer.toHexString(size) + "\r\n" + body + "\r\n") + "0\r\n\r\n");
            assertEquals("PUT /c|" + body, client.response().body());
        }
        assertEquals(1, origin.connections().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 1_000_000})
    void bodies_of_every_size_pass_between_http2_and_http2(int size) throws IOException {
        start(Http2Origin.echoing());
        String body = text(size);
        try (SocketPeer client = http2()) {
            Peer.Call call = client.peer.ask("POST", "/up", false);
            call.stream.send(Peer.buf(body), false);
            call.stream.end("x-sum: 7\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.until(() -> call.isEnded);
            assertEquals("POST /up|" + body, call.body.toString());
            assertEquals("x-sum: 7\r\n\r\n", call.trailers);
        }
    }

    @Test
    void what_comes_byte_by_byte_passes() throws IOException {
        Http2Origin origin = start(Http2Origin.echoing());
        origin.step = 1;
        proxy.kernel().loop().readAtMost(1);
        try (SocketPeer client = http2()) {
            Peer.Call call = client.peer.ask("POST", "/up", false, "x-a", "b");
            call.stream.send(Peer.buf(text(500)), true);
            client.until(() -> call.isEnded);
            assertEquals("POST /up|" + text(500), call.body.toString());
        }
    }

    @Test
    void the_backend_sees_what_leba_says_of_the_client() throws IOException {
        List<String> heads = new ArrayList<>();
        start(Http2Origin.with(call -> {
            heads.add(call.heads.get(0));
            call.respond(204, "", null);
        }));
        try (RawClient client = new RawClient(proxy.address())) {
            assertEquals(204, client.get("/x").status());
        }
        String head = heads.get(0);
        assertTrue(head.startsWith("GET /x HTTP/1.1\r\nhost: "), head);
        assertTrue(head.contains("x-forwarded-for: 127.0.0.1\r\n"), head);
        assertTrue(head.contains("via: 1.1 leba\r\n"), head);
        assertFalse(head.contains("connection"), head);
    }

    @Test
    void many_requests_share_a_connection() throws IOException {
        Http2Origin origin = start(Http2Origin.echoing());
        try (SocketPeer client = http2()) {
            client.get("/first");
            for (int round = 0; round < 5; round++) {
                List<Peer.Call> calls = new ArrayList<>();
                for (int i = 0; i < 90; i++) {
                    calls.add(client.peer.ask("GET", "/" + i, true));
                }
                client.until(() -> calls.stream().allMatch(call -> call.isEnded));
                for (int i = 0; i < 90; i++) {
                    assertEquals("GET /" + i + "|", calls.get(i).body.toString());
                }
            }
        }
        assertEquals(1, origin.connections().size());
    }

    @Test
    void more_connections_are_opened_when_the_backend_takes_no_more_streams() throws IOException {
        List<Peer.Call> held = new java.util.concurrent.CopyOnWriteArrayList<>();
        Http2Origin origin = start(Http2Origin.with(2, held::add));
        try (SocketPeer client = http2()) {
            List<Peer.Call> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(client.peer.ask("GET", "/" + i, true));
            }
            // Eight connections of two streams each; four wait.
            client.until(() -> held.size() == 16);
            assertEquals(8, origin.connections().size());
            List<Peer.Call> first = List.copyOf(held);
            origin.connections()
                    .forEach(connection -> connection.run(peer -> peer.calls.stream()
                            .filter(first::contains)
                            .forEach(call -> call.respond(200, "ok", null))));
            client.until(() -> held.size() == 20);
            origin.connections()
                    .forEach(connection -> connection.run(peer -> peer.calls.stream()
                            .filter(call -> !first.contains(call))
                            .forEach(call -> call.respond(200, "ok", null))));
            client.until(() -> calls.stream().allMatch(call -> call.isEnded));
        }
        assertEquals(8, origin.connections().size());
    }

    @Test
    void a_full_backend_is_said_in_time() throws IOException {
        List<Peer.Call> held = new java.util.concurrent.CopyOnWriteArrayList<>();
        Http2Origin origin = start(Http2Origin.with(1, held::add));
        try (SocketPeer client = http2()) {
            List<Peer.Call> calls = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                calls.add(client.peer.ask("GET", "/" + i, true));
            }
            client.until(() -> held.size() == 8);
            proxy.turn(proxy.group().connectTimeout().plusSeconds(1));
            client.until(() -> calls.stream().anyMatch(call -> call.isEnded));
            Peer.Call refused =
                    calls.stream().filter(call -> call.isEnded).findFirst().orElseThrow();
            assertTrue(refused.heads.get(0).startsWith("HTTP/1.1 503"), refused.heads.get(0));
            Eventually.until(() -> proxy.refusals("no_stream") == 1);
            Eventually.until(() -> proxy.group().outcomes().equals(List.of(Outcome.UNAVAILABLE)));
            origin.connections()
                    .forEach(connection ->
                            connection.run(peer -> peer.calls.forEach(call -> call.respond(200, "ok", null))));
            client.until(() -> calls.stream().allMatch(call -> call.isEnded));
        }
    }

    @Test
    void a_backend_that_goes_away_finishes_what_it_has_and_the_rest_goes_elsewhere() throws IOException {
        AtomicInteger posts = new AtomicInteger();
        Http2Origin origin = start(Http2Origin.with(call -> Http2Origin.whole(call, () -> {
            if (posts.getAndIncrement() == 0) {
                return; // answered below, behind its GOAWAY
            }
            call.respond(200, "again " + call.body, null);
        })));
        try (SocketPeer client = http2()) {
            Peer.Call first = client.peer.ask("POST", "/1", false);
            first.stream.send(Peer.buf("one"), true);
            client.until(() -> posts.get() == 1);
            Http2Origin.Connection connection = origin.connections().get(0);
            connection.run(peer -> peer.connection.drain());
            Peer.Call second = client.peer.ask("POST", "/2", false);
            second.stream.send(Peer.buf("two"), true);
            client.until(() -> second.isEnded);
            assertEquals("again two", second.body.toString());
            connection.run(peer -> peer.calls.get(0).respond(200, "done", null));
            client.until(() -> first.isEnded);
            assertEquals("done", first.body.toString());
            client.until(connection::isEnded);
        }
    }

    @Test
    void a_request_that_is_refused_is_sent_again_whatever_it_is() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        start(Http2Origin.with(call -> Http2Origin.whole(call, () -> {
            if (asked.getAndIncrement() == 0) {
                call.stream.reset(ErrorCode.REFUSED_STREAM);
            } else {
                call.respond(200, call.body.toString(), null);
            }
        })));
        try (RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            assertEquals("hello", client.response().body());
        }
        assertEquals(2, asked.get());
    }

    @Test
    void a_reset_is_a_failure_of_the_backend() throws IOException {
        start(Http2Origin.with(call -> call.stream.reset(ErrorCode.INTERNAL_ERROR)));
        try (RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertEquals(502, client.response().status());
        }
        Eventually.until(() -> proxy.group().outcomes().equals(List.of(Outcome.BACKEND_RESET)));
    }

    @Test
    void a_connection_that_dies_takes_what_is_not_idempotent_with_it_and_nothing_else() throws IOException {
        List<Peer.Call> held = new java.util.concurrent.CopyOnWriteArrayList<>();
        Http2Origin origin = start(Http2Origin.with(call -> {
            if (call.heads.get(0).contains(" /held")) {
                held.add(call);
            } else {
                call.respond(200, "ok", null);
            }
        }));
        try (SocketPeer client = http2()) {
            client.get("/warm");
            Peer.Call post = client.peer.ask("POST", "/held", true);
            client.until(() -> held.size() == 1);
            origin.connections().get(0).cut();
            client.until(() -> post.isEnded);
            assertTrue(post.heads.get(0).startsWith("HTTP/1.1 502"), post.heads.get(0));
            assertEquals("ok", client.get("/next").body.toString());
        }
        assertEquals(2, origin.connections().size());
    }

    @Test
    void a_client_that_goes_away_has_its_stream_reset_and_the_connection_stays() throws IOException {
        List<Peer.Call> held = new java.util.concurrent.CopyOnWriteArrayList<>();
        Http2Origin origin = start(Http2Origin.with(call -> {
            if (call.heads.get(0).contains(" /held")) {
                held.add(call);
            } else {
                call.respond(200, "ok", null);
            }
        }));
        try (SocketPeer client = http2()) {
            Peer.Call call = client.peer.ask("GET", "/held", true);
            client.until(() -> held.size() == 1);
            call.stream.reset(ErrorCode.CANCEL);
            client.until(() -> held.get(0).fault != null);
            assertEquals("ok", client.get("/next").body.toString());
        }
        assertEquals(1, origin.connections().size());
    }

    @Test
    void a_response_before_the_end_of_the_request_ends_both() throws IOException {
        Http2Origin origin = start(Http2Origin.with(call -> call.respond(413, "too much", null)));
        try (SocketPeer client = http2()) {
            Peer.Call call = client.peer.ask("POST", "/", false);
            call.stream.send(Peer.buf("a"), false);
            client.until(() -> call.isEnded);
            assertEquals("too much", call.body.toString());
            Peer.Call next = client.get("/");
            assertTrue(next.heads.get(0).startsWith("HTTP/1.1 413"));
        }
        assertEquals(1, origin.connections().size());
    }

    @Test
    void interim_responses_and_trailers_pass() throws IOException {
        start(Http2Origin.with(call -> {
            call.stream.sendHead(e -> e.status(103), false);
            call.respond(200, "a", "x-sum: 1\r\n\r\n");
        }));
        try (SocketPeer client = http2()) {
            Peer.Call call = client.get("/");
            assertTrue(call.heads.get(0).startsWith("HTTP/1.1 103"), call.heads.get(0));
            assertEquals("x-sum: 1\r\n\r\n", call.trailers);
        }
        try (RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 103"), all);
            assertTrue(all.endsWith("1\r\na\r\n0\r\nx-sum: 1\r\n\r\n"), all);
        }
    }

    @Test
    void responses_without_a_body_are_complete_with_their_heads() throws IOException {
        start(Http2Origin.with(call -> {
            String status = call.heads.get(0).replaceAll("(?s)^\\w+ /(\\d+).*", "$1");
            call.stream.sendHead(
                    e -> {
                        e.status(Integer.parseInt(status));
                        if (status.equals("200")) {
                            Peer.field(e, "content-length", "500");
                        }
                    },
                    true);
        }));
        try (RawClient client = new RawClient(proxy.address())) {
            client.send("HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n");
            RawClient.Response head = client.response(true);
            assertEquals("500", head.header("content-length"));
            assertEquals(204, client.get("/204").status());
            assertEquals(304, client.get("/304").status());
            assertNull(client.get("/304").header("transfer-encoding"));
        }
    }

    @Test
    void a_slow_client_stops_its_own_stream_only() throws IOException {
        String large = text(2_000_000);
        Http2Origin origin = start(Http2Origin.with(
                call -> call.respond(200, call.heads.get(0).contains(" /large") ? large : "small", null)));
        try (SocketPeer slow = http2();
                SocketPeer quick = http2()) {
            slow.peer.takesAtOnce = false;
            Peer.Call stuck = slow.peer.ask("GET", "/large", true);
            slow.until(() -> stuck.body.length() >= 65_535);
            for (int i = 0; i < 20; i++) {
                assertEquals("small", quick.get("/small").body.toString());
            }
            // The client's window, the stream's with the backend, and a piece beside each: the rest has not left the
            // backend.
            AtomicInteger left = new AtomicInteger(-1);
            origin.connections()
                    .get(0)
                    .run(peer -> left.set(peer.calls.get(0).stream.queued()));
            slow.until(() -> left.get() >= 0);
            assertTrue(left.get() > 1_000_000, () -> "only " + left.get() + " wait with the backend");
            slow.peer.takesAtOnce = true;
            stuck.stream.taken(65_535);
            slow.until(() -> stuck.isEnded);
            assertEquals(large.length(), stuck.body.length());
        }
        assertEquals(1, origin.connections().size());
    }

    @Test
    void a_slow_backend_stops_its_client() throws IOException {
        Http2Origin origin = start(Http2Origin.with(call -> {}));
        origin.takesAtOnce = false;
        String large = text(3_000_000);
        try (SocketPeer client = http2()) {
            Peer.Call call = client.peer.ask("POST", "/", false);
            call.stream.send(Peer.buf(large), true);
            client.until(() -> !origin.connections().isEmpty()
                    && origin.connections().get(0).received() >= 65_535);
            for (int i = 0; i < 50; i++) {
                client.turn();
            }
            // Its window, the backend's, and one piece beside each.
            assertTrue(call.stream.queued() > large.length() - (1 << 20), "held " + call.stream.queued());
            origin.connections().get(0).run(peer -> {
                peer.takesAtOnce = true;
                Peer.Call at = peer.calls.get(0);
                at.stream.taken(65_535);
                Http2Origin.whole(at, () -> at.respond(200, "" + at.body.length(), null));
            });
            client.until(() -> call.isEnded);
            assertEquals("3000000", call.body.toString());
        }
    }

    @Test
    void an_idle_connection_is_used_again_and_closed_when_the_backend_goes_away() throws IOException {
        Http2Origin origin = start(Http2Origin.echoing());
        try (RawClient client = new RawClient(proxy.address())) {
            client.get("/");
            Eventually.until(() -> proxy.pool().idle() == 1);
            client.get("/");
            Eventually.until(() -> proxy.pool().idle() == 1);
        }
        assertEquals(1, origin.connections().size());
        origin.connections().get(0).run(peer -> peer.connection.drain());
        Eventually.until(() -> proxy.pool().open() == 0);
    }

    @Test
    void an_outdated_connection_finishes_what_it_has_and_takes_no_more() throws IOException {
        List<Peer.Call> held = new java.util.concurrent.CopyOnWriteArrayList<>();
        Http2Origin origin = start(Http2Origin.with(held::add));
        try (SocketPeer client = http2()) {
            Peer.Call first = client.peer.ask("GET", "/1", true);
            client.until(() -> held.size() == 1);
            proxy.pool().outdate();
            Peer.Call second = client.peer.ask("GET", "/2", true);
            client.until(() -> origin.connections().size() == 2);
            client.until(() -> held.size() == 2);
            origin.connections()
                    .forEach(connection ->
                            connection.run(peer -> peer.calls.forEach(call -> call.respond(200, "ok", null))));
            client.until(() -> first.isEnded && second.isEnded);
        }
    }

    @Test
    void the_configuration_bounds_connections_streams_and_those_who_wait() throws IOException {
        proxy.giving(new HttpGroup.Http2(2, 3, 1, new ByteSize(64 << 10)));
        List<Peer.Call> held = new java.util.concurrent.CopyOnWriteArrayList<>();
        Http2Origin origin = start(Http2Origin.with(held::add));
        try (SocketPeer client = http2()) {
            List<Peer.Call> calls = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                Peer.Call call = client.peer.ask("GET", "/" + i, true);
                calls.add(call);
                int expected = Math.min(6, i + 1);
                client.until(() -> held.size() == expected);
            }
            assertEquals(2, origin.connections().size());
            Peer.Call tooMany = client.get("/8");
            assertTrue(tooMany.heads.get(0).startsWith("HTTP/1.1 503"), tooMany.heads.get(0));
            List<Peer.Call> first = List.copyOf(held);
            origin.connections()
                    .forEach(connection -> connection.run(peer -> peer.calls.stream()
                            .filter(first::contains)
                            .forEach(call -> call.respond(200, "ok", null))));
            client.until(() -> held.size() == 7);
            origin.connections()
                    .forEach(connection -> connection.run(peer -> peer.calls.stream()
                            .filter(call -> !first.contains(call))
                            .forEach(call -> call.respond(200, "ok", null))));
            client.until(() -> calls.stream().allMatch(call -> call.isEnded));
        }
    }

    @Test
    void requests_that_were_given_up_keep_nobody_from_waiting() throws IOException {
        proxy.giving(new HttpGroup.Http2(1, 1, 2, new ByteSize(64 << 10)));
        List<Peer.Call> held = new java.util.concurrent.CopyOnWriteArrayList<>();
        Http2Origin origin = start(Http2Origin.with(held::add));
        try (SocketPeer client = http2()) {
            Peer.Call first = client.peer.ask("GET", "/1", true);
            client.until(() -> held.size() == 1);
            Peer.Call given = client.peer.ask("GET", "/2", true);
            Peer.Call kept = client.peer.ask("GET", "/3", true);
            client.until(() -> proxy.kernel().open() == 3);
            given.stream.reset(ErrorCode.CANCEL);
            client.until(() -> proxy.kernel().exits().contains(Outcome.CLIENT_ABORTED));
            Peer.Call last = client.peer.ask("GET", "/4", true);
            client.until(() -> proxy.kernel().open() == 3);
            for (int i = 1; i < 3; i++) {
                int so = i;
                origin.connections().get(0).run(peer -> held.get(so - 1).respond(200, "ok", null));
                client.until(() -> held.size() == so + 1);
            }
            origin.connections().get(0).run(peer -> held.get(2).respond(200, "ok", null));
            client.until(() -> first.isEnded && kept.isEnded && last.isEnded);
            assertEquals("ok", last.body.toString());
            assertFalse(held.stream().anyMatch(call -> call.heads.get(0).contains(" /2 ")));
        }
    }
}

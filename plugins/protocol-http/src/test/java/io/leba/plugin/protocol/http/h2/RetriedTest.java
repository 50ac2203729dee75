package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpGroup;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.spi.protocol.Outcome;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to backends that speak HTTP/2, and do not begin with them, or do not end them: what is sent again, where, and how often. */
class RetriedTest {
    private final Proxy proxy = Proxy.toHttp2();
    private final List<Http2Origin> origins = new ArrayList<>();

    @AfterEach
    void stop() {
        Eventually.until(() -> proxy.group().inFlight() == 0);
        proxy.close();
        origins.forEach(Http2Origin::close);
        assertEquals(0, proxy.kernel().open(), "exchanges that are entered and not exited");
    }

    private Http2Origin add(Http2Origin origin) {
        origins.add(origin);
        proxy.group().add(origin.address());
        return origin;
    }

    /** A backend that refuses each request, once it has come whole. */
    private Http2Origin refusing(AtomicInteger asked) {
        return resetting(asked, ErrorCode.REFUSED_STREAM);
    }

    private Http2Origin resetting(AtomicInteger asked, ErrorCode code) {
        return add(Http2Origin.with(call -> Http2Origin.whole(call, () -> {
            asked.incrementAndGet();
            call.stream.reset(code);
        })));
    }

    private Http2Origin echoing() {
        return add(Http2Origin.echoing());
    }

    private static HttpGroup.Retry floor(HttpGroup.Retry of, int floor, Optional<Duration> perTry) {
        return new HttpGroup.Retry(
                of.retryOn(),
                of.attempts(),
                perTry,
                of.timeout(),
                0,
                floor,
                Duration.ZERO,
                Duration.ZERO,
                of.buffer(),
                of.nonIdempotent());
    }

    private static HttpGroup.Retry retry(int attempts, String... on) {
        return floor(Proxy.retry(attempts, on), 3, Optional.empty());
    }

    private static RawClient.Response ask(Proxy proxy, String method, String body) {
        try (RawClient client = new RawClient(proxy.address())) {
            client.send(method + " /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            return client.response();
        }
    }

    /** GOAWAY on a connection: nothing above this stream was seen. */
    private static void leave(Http2Origin.Connection connection, int lastStream) {
        byte[] payload = Arrays.copyOf(Frames.number(lastStream), 8);
        connection.run(peer -> peer.write(
                Unpooled.wrappedBuffer(Frames.none().frame(7, 0, 0, payload).bytes())));
    }

    private void assertResent(String reason, int times) {
        assertEquals(times, proxy.count("leba_http_resent", "reason", reason));
    }

    // GOAWAY.

    @Test
    void streams_above_the_last_one_of_goaway_are_sent_again_and_those_below_are_finished() throws IOException {
        List<Peer.Call> held = new CopyOnWriteArrayList<>();
        Http2Origin origin = add(Http2Origin.with(held::add));
        proxy.start(0);
        try (SocketPeer client = new SocketPeer(proxy.address())) {
            Peer.Call below = client.peer.ask("POST", "/below", false);
            below.stream.send(Peer.buf("one"), false);
            client.until(() -> held.size() == 1);
            Peer.Call above = client.peer.ask("POST", "/above", false);
            above.stream.send(Peer.buf("two"), false);
            client.until(() -> held.size() == 2 && held.get(1).body.length() == 3);
            leave(origin.connections().get(0), 1);
            client.until(() -> held.size() == 3);
            assertTrue(
                    held.get(2).heads.get(0).startsWith("POST /above "),
                    held.get(2).heads.get(0));

            above.stream.send(Peer.buf(" and more"), true);
            below.stream.send(Peer.buf(" goes on"), true);
            client.until(() -> held.get(0).isEnded && held.get(2).isEnded);
            assertEquals("one goes on", held.get(0).body.toString());
            assertEquals("two and more", held.get(2).body.toString());
            origin.connections().get(0).run(peer -> held.get(0).respond(200, "first", null));
            origin.connections().get(1).run(peer -> held.get(2).respond(200, "second", null));
            client.until(() -> below.isEnded && above.isEnded);
            assertEquals("first", below.body.toString());
            assertEquals("second", above.body.toString());
            client.until(() -> origin.connections().get(0).isEnded());
        }
        assertResent("refused_stream", 1);
        assertEquals(List.of(Outcome.SUCCESS, Outcome.SUCCESS), proxy.group().outcomes());
    }

    @Test
    void a_request_that_a_leaving_backend_has_not_seen_goes_to_another_one() {
        AtomicInteger asked = new AtomicInteger();
        add(Http2Origin.with(call -> {
            asked.incrementAndGet();
            origins.get(0).connections().forEach(connection -> leave(connection, 0));
        }));
        echoing();
        proxy.start(0);
        RawClient.Response response = ask(proxy, "POST", "hello");
        assertEquals("POST /x|hello", response.body());
        assertEquals(1, asked.get());
    }

    @Test
    void a_backend_that_leaves_with_each_request_is_not_asked_for_ever() {
        AtomicInteger asked = new AtomicInteger();
        add(Http2Origin.with(call -> {
            asked.incrementAndGet();
            origins.get(0).connections().forEach(connection -> leave(connection, 0));
        }));
        proxy.start(0);
        assertEquals(502, ask(proxy, "POST", "hello").status());
        assertEquals(3, asked.get(), "the first time, and connect_retries");
    }

    // REFUSED_STREAM.

    @ParameterizedTest
    @CsvSource({"GET, ''", "PUT, hello", "POST, hello", "PATCH, hello", "DELETE, ''"})
    void what_is_refused_is_sent_to_another_backend_whatever_it_is(String method, String body) {
        AtomicInteger asked = new AtomicInteger();
        refusing(asked);
        echoing();
        proxy.start(0);
        assertEquals(method + " /x|" + body, ask(proxy, method, body).body());
        assertEquals(1, asked.get());
        assertResent("refused_stream", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void a_backend_that_refuses_everything_is_not_asked_for_ever(String method) {
        AtomicInteger asked = new AtomicInteger();
        refusing(asked);
        proxy.start(0);
        for (int i = 1; i <= 3; i++) {
            assertEquals(502, ask(proxy, method, "").status());
            assertEquals(3 * i, asked.get(), "the first time, and connect_retries");
        }
        assertResent("refused_stream", 6);
        assertEquals(3, proxy.refusals("backend_closed"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void a_policy_says_how_often_what_is_refused_is_tried(int attempts) {
        AtomicInteger asked = new AtomicInteger();
        proxy.retrying(retry(attempts, "refused-stream"));
        refusing(asked);
        proxy.start(0);
        for (int i = 1; i <= 2; i++) {
            assertEquals(502, ask(proxy, "POST", "hello").status());
            assertEquals(attempts * i, asked.get());
        }
    }

    @Test
    void a_policy_that_does_not_name_it_has_what_is_refused_tried_once() {
        AtomicInteger asked = new AtomicInteger();
        proxy.retrying(retry(5, "reset", "5xx"));
        refusing(asked);
        proxy.start(0);
        assertEquals(502, ask(proxy, "GET", "").status());
        assertEquals(502, ask(proxy, "GET", "").status());
        assertEquals(2, asked.get());
    }

    @Test
    void what_is_refused_takes_of_the_budget_on_new_connections_and_on_kept_ones() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        List<Peer.Call> held = new CopyOnWriteArrayList<>();
        proxy.retrying(floor(Proxy.retry(2, "refused-stream"), 1, Optional.empty()));
        refusing(asked);
        Http2Origin good = add(Http2Origin.with(held::add));
        proxy.start(0);
        try (SocketPeer client = new SocketPeer(proxy.address())) {
            Peer.Call first = client.peer.ask("GET", "/1", true);
            client.until(() -> held.size() == 1);
            for (int over = 1; over <= 3; over++) {
                Peer.Call refused = client.get("/" + over);
                assertTrue(refused.heads.get(0).startsWith("HTTP/1.1 502"), refused.heads.get(0));
                assertEquals(over, proxy.count("leba_http_retries_over_budget"));
                // The other backend is next in turn, and takes it at once.
                Peer.Call taken = client.peer.ask("GET", "/taken", true);
                int expected = over + 1;
                client.until(() -> held.size() == expected);
                good.connections().get(0).run(peer -> held.get(expected - 1).respond(200, "ok", null));
                client.until(() -> taken.isEnded);
            }
            good.connections().get(0).run(peer -> held.get(0).respond(200, "ok", null));
            client.until(() -> first.isEnded);
        }
        assertEquals(4, asked.get(), "once for each request");
        assertResent("refused_stream", 1);
    }

    @Test
    void a_body_that_is_still_coming_is_sent_again_from_its_beginning() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        add(Http2Origin.with(call -> {
            if (asked.getAndIncrement() == 0) {
                call.stream.reset(ErrorCode.REFUSED_STREAM);
            } else {
                Http2Origin.whole(call, () -> call.respond(200, call.body.toString(), null));
            }
        }));
        proxy.start(0);
        String begin = "a".repeat(10_000);
        try (SocketPeer client = new SocketPeer(proxy.address())) {
            Peer.Call call = client.peer.ask("POST", "/", false);
            call.stream.send(Peer.buf(begin), false);
            client.until(() -> asked.get() == 2);
            call.stream.send(Peer.buf("b".repeat(90_000)), true);
            client.until(() -> call.isEnded);
            assertEquals(begin + "b".repeat(90_000), call.body.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"16384, 200, 2", "16385, 502, 1", "60000, 502, 1"})
    void a_refused_body_that_is_not_held_is_answered_and_never_sent_in_part(int size, int status, int tries) {
        AtomicInteger asked = new AtomicInteger();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        add(Http2Origin.with(call -> Http2Origin.whole(call, () -> {
            sizes.add(call.body.length());
            if (asked.getAndIncrement() == 0) {
                call.stream.reset(ErrorCode.REFUSED_STREAM);
            } else {
                call.respond(200, "ok", null);
            }
        })));
        proxy.start(0);
        assertEquals(status, ask(proxy, "POST", "x".repeat(size)).status());
        assertEquals(tries, asked.get());
        sizes.forEach(each -> assertEquals(size, each));
    }

    @ParameterizedTest
    @CsvSource({"PUT, 60000, 200", "PUT, 70000, 502", "POST, 16384, 200", "POST, 16385, 502"})
    void a_policy_s_buffer_is_for_what_may_be_repeated(String method, int size, int status) {
        AtomicInteger asked = new AtomicInteger();
        proxy.retrying(retry(2, "refused-stream", "reset"));
        refusing(asked);
        echoing();
        proxy.start(0);
        RawClient.Response response = ask(proxy, method, "x".repeat(size));
        assertEquals(status, response.status());
        assertEquals(1, asked.get());
        assertTrue(status != 200 || response.body().equals(method + " /x|" + "x".repeat(size)));
    }

    @Test
    void what_is_refused_behind_its_response_s_head_is_not_sent_again() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        add(Http2Origin.with(call -> {
            asked.incrementAndGet();
            call.stream.sendHead(e -> e.status(200), false);
            call.stream.send(Peer.buf("part"), false);
            call.stream.reset(ErrorCode.REFUSED_STREAM);
        }));
        echoing();
        proxy.retrying(retry(5, "refused-stream", "reset", "5xx"));
        proxy.start(0);
        try (SocketPeer client = new SocketPeer(proxy.address())) {
            Peer.Call call = client.get("/");
            assertNotNull(call.fault);
            assertFalse(call.isEnded);
        }
        assertEquals(1, asked.get());
        assertResent("refused_stream", 0);
        Eventually.until(() -> proxy.group().outcomes().equals(List.of(Outcome.BACKEND_RESET)));
    }

    @Test
    void what_is_refused_behind_an_interim_response_is_not_sent_again() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        add(Http2Origin.with(call -> {
            asked.incrementAndGet();
            call.stream.sendHead(e -> e.status(103), false);
            call.stream.reset(ErrorCode.REFUSED_STREAM);
        }));
        echoing();
        proxy.retrying(retry(5, "refused-stream", "reset", "5xx"));
        proxy.start(0);
        try (SocketPeer client = new SocketPeer(proxy.address())) {
            Peer.Call call = client.get("/");
            assertTrue(call.heads.get(call.heads.size() - 1).startsWith("HTTP/1.1 502"), call.heads.toString());
        }
        assertEquals(1, asked.get());
    }

    // What may have been processed.

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NO_ERROR", "INTERNAL_ERROR", "CANCEL", "ENHANCE_YOUR_CALM"})
    void what_was_begun_is_sent_again_only_if_its_method_allows_it(ErrorCode code) {
        AtomicInteger asked = new AtomicInteger();
        resetting(asked, code);
        echoing();
        proxy.retrying(retry(2, "reset"));
        proxy.start(0);
        assertEquals("PUT /x|put", ask(proxy, "PUT", "put").body());
        assertEquals(502, ask(proxy, "POST", "post").status());
        assertEquals(2, asked.get());
        assertResent("reset", 1);
        assertResent("refused_stream", 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "POST"})
    void without_a_policy_what_was_begun_and_may_have_an_effect_is_not_sent_again(String method) {
        AtomicInteger asked = new AtomicInteger();
        resetting(asked, ErrorCode.INTERNAL_ERROR);
        echoing();
        proxy.start(0);
        assertEquals(502, ask(proxy, method, "").status());
        assertEquals(1, asked.get());
    }

    @ParameterizedTest
    @CsvSource({"PUT, 200", "POST, 502"})
    void a_connection_that_dies_with_requests_takes_only_those_with_it_that_may_have_been_processed(
            String method, int status) {
        List<Peer.Call> seen = new CopyOnWriteArrayList<>();
        add(Http2Origin.with(call -> {
            seen.add(call);
            origins.get(0).connections().forEach(Http2Origin.Connection::cut);
        }));
        echoing();
        proxy.retrying(retry(2, "reset"));
        proxy.start(0);
        assertEquals(status, ask(proxy, method, "hello").status());
        assertEquals(1, seen.size());
    }

    // Time.

    @Test
    void a_try_that_takes_too_long_is_cancelled_and_its_connection_stays() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Origin silent = Origin.with(connection -> {
            connection.write(text(Frames.none().frame(4, 0, 0).frame(4, 1, 0)));
            connection.readAll();
        });
        proxy.retrying(floor(Proxy.retry(2, "timeout"), 3, Optional.of(Duration.ofSeconds(1))));
        proxy.group().add(silent.address());
        Consumer<Peer.Call> answering = call -> {
            asked.incrementAndGet();
            call.respond(200, "late", null);
        };
        add(Http2Origin.with(answering));
        proxy.start(0);
        try (silent;
                SocketPeer client = new SocketPeer(proxy.address())) {
            Peer.Call call = client.peer.ask("GET", "/", true);
            client.until(() -> !heard(silent, 1).isEmpty());
            proxy.turn(Duration.ofMillis(1_200));
            client.until(() -> call.isEnded);
            assertEquals("late", call.body.toString());
            client.until(() -> !heard(silent, 3).isEmpty());
            Frames.Frame reset = heard(silent, 3).get(0);
            assertEquals(1, reset.stream());
            assertEquals(ErrorCode.CANCEL, ErrorCode.of((int) reset.number(0)));
            assertTrue(heard(silent, 7).isEmpty(), "the connection is fine");
            assertFalse(silent.connections().get(0).isEnded());
        }
        assertEquals(1, asked.get());
        assertResent("timeout", 1);
        assertEquals(
                List.of(Outcome.BACKEND_TIMEOUT, Outcome.SUCCESS), proxy.group().outcomes());
    }

    private static String text(Frames frames) {
        return new String(frames.bytes(), StandardCharsets.ISO_8859_1);
    }

    /** The frames of a type that a backend has got so far. */
    private static List<Frames.Frame> heard(Origin origin, int type) {
        byte[] all = origin.received().getBytes(StandardCharsets.ISO_8859_1);
        int at = Http2Connection.prefaceLength();
        int whole = at;
        while (whole + 9 <= all.length) {
            int length = (all[whole] & 0xff) << 16 | (all[whole + 1] & 0xff) << 8 | all[whole + 2] & 0xff;
            if (whole + 9 + length > all.length) {
                break;
            }
            whole += 9 + length;
        }
        return whole <= at
                ? List.of()
                : Frames.read(Arrays.copyOfRange(all, at, whole)).stream()
                        .filter(frame -> frame.type() == type)
                        .toList();
    }
}

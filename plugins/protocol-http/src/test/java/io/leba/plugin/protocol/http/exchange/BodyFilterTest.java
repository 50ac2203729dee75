package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpTrailers;
import io.leba.spi.http.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Filters that see bodies. */
class BodyFilterTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nDate: now\r\n";

    /** Turns each piece into another text, and the end into one more. */
    private static class Turning implements HttpBodyFilter {
        private final UnaryOperator<String> turn;
        private final String end;

        Turning(UnaryOperator<String> turn, String end) {
            this.turn = turn;
            this.end = end;
        }

        @Override
        public boolean wantsRequestBody(HttpExchange exchange) {
            return true;
        }

        @Override
        public boolean wantsResponseBody(HttpExchange exchange) {
            return true;
        }

        @Override
        public void onBody(
                HttpExchange exchange, boolean isRequest, ByteBuffer part, boolean isLast, Consumer<ByteBuffer> out) {
            String text = StandardCharsets.ISO_8859_1.decode(part).toString();
            out.accept(bytes(turn.apply(text)));
            if (isLast) {
                out.accept(bytes(end));
            }
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static HttpFilter upper() {
        return new Turning(text -> text.toUpperCase(Locale.ROOT), "");
    }

    private static HttpFilter ending(String end) {
        return new Turning(text -> text, end);
    }

    private static RawClient.Response get(Origin origin, HttpFilter... filters) {
        return ask("GET / HTTP/1.1\r\nHost: test\r\n\r\n", origin, filters);
    }

    private static RawClient.Response ask(String request, Origin origin, HttpFilter... filters) {
        try (origin;
                Proxy proxy = Proxy.onNio()) {
            for (HttpFilter filter : filters) {
                proxy.filter(filter);
            }
            proxy.start(origin.address());
            try (RawClient client = new RawClient(proxy.address())) {
                return client.send(request).response(request.startsWith("HEAD"));
            }
        }
    }

    @Test
    void a_response_that_comes_whole_gets_its_new_length() {
        RawClient.Response response = get(Origin.saying("hello"), ending("!!"));
        assertEquals("hello!!", response.body());
        assertEquals("7", response.header("content-length"));
        assertNull(response.header("transfer-encoding"));
    }

    @Test
    void a_response_that_comes_in_pieces_is_chunked() {
        Origin origin = Origin.with(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 6\r\n\r\nabc");
            connection.write("def");
            connection.readRequest();
        });
        RawClient.Response response = get(origin, new Turning(text -> text.isEmpty() ? "" : "<" + text + ">", "."));
        assertEquals("abcdef.", response.body().replaceAll("[<>]", ""));
    }

    @Test
    void a_chunked_response_is_shown_without_chunks_and_its_trailers_pass() {
        Origin origin = Origin.answering(
                HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n");
        RawClient.Response response = get(origin, upper());
        assertEquals("ABCDE[X-Sum: 1]", response.body());
        assertEquals("chunked", response.header("transfer-encoding"));
    }

    @Test
    void a_response_that_ends_with_the_connection_is_chunked_and_the_client_stays() {
        Origin origin = Origin.with(connection -> {
            connection.readRequest();
            connection.write(HEAD + "\r\nabc");
        });
        RawClient.Response response = get(origin, ending("!"));
        assertEquals("abc!", response.body());
        assertEquals("chunked", response.header("transfer-encoding"));
        assertNull(response.header("connection"));
    }

    @Test
    void a_client_of_http_1_0_gets_a_response_without_chunks() {
        Origin origin = Origin.answering(HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n");
        RawClient.Response response = ask("GET / HTTP/1.0\r\nHost: test\r\n\r\n", origin, upper());
        assertEquals("ABC", response.body());
        assertNull(response.header("transfer-encoding"));
        assertEquals("close", response.header("connection"));
    }

    @Test
    void a_response_to_head_says_no_length_that_would_be_wrong() {
        RawClient.Response response = ask(
                "HEAD / HTTP/1.1\r\nHost: test\r\n\r\n", Origin.answering(HEAD + "Content-Length: 9\r\n\r\n"), upper());
        assertEquals(200, response.status());
        assertNull(response.header("content-length"));
        assertNull(response.header("transfer-encoding"));
    }

    @Test
    void an_empty_response_can_be_filled() {
        RawClient.Response response = get(Origin.saying(""), ending("filled"));
        assertEquals("filled", response.body());
    }

    @Test
    void a_response_can_be_emptied() {
        RawClient.Response response = get(Origin.saying("secret"), new Turning(text -> "", ""));
        assertEquals("", response.body());
        assertEquals("0", response.header("content-length"));
    }

    @Test
    void a_response_without_a_body_stays_without_one() {
        RawClient.Response response =
                get(Origin.answering("HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n"), ending("x"));
        assertEquals(204, response.status());
        assertNull(response.header("content-length"));
        assertNull(response.header("transfer-encoding"));
    }

    @Test
    void responses_pass_filters_in_reverse_and_requests_in_order() {
        Origin origin = Origin.with(connection -> {
            String request = connection.readRequest();
            String body = request.substring(request.indexOf("\r\n\r\n") + 4);
            connection.write(HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        });
        RawClient.Response response =
                ask("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\n-", origin, ending("a"), ending("b"));
        assertEquals("-abba", response.body());
    }

    @Test
    void a_request_that_comes_whole_gets_its_new_length() {
        Origin origin = Origin.saying("");
        ask("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc", origin, ending("!"));
        String request = origin.requests().get(0);
        assertTrue(request.contains("\r\nContent-Length: 4\r\n"), request);
        assertTrue(request.endsWith("\r\n\r\nabc!"), request);
    }

    @Test
    void a_request_that_comes_in_pieces_is_chunked() {
        try (Origin origin = Origin.saying("");
                Proxy proxy = Proxy.onNio().filter(upper()).start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\nabc");
            Eventually.until(() -> origin.received().contains("3\r\nABC"));
            client.send("defGET /next HTTP/1.1\r\nHost: test\r\n\r\n");
            assertEquals(200, client.response().status());
            assertEquals(200, client.response().status());
            String request = origin.requests().get(0);
            assertTrue(request.contains("\r\nTransfer-Encoding: chunked\r\n"), request);
            assertTrue(!request.toLowerCase(Locale.ROOT).contains("content-length"), request);
            assertTrue(request.endsWith("3\r\nABC\r\n3\r\nDEF\r\n0\r\n\r\n"), request);
            assertTrue(origin.requests().get(1).startsWith("GET /next "));
        }
    }

    @Test
    void a_chunked_request_is_shown_without_chunks() {
        Origin origin = Origin.saying("");
        ask(
                "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nX-Sum: 1\r\n\r\n",
                origin,
                upper());
        String request = origin.received();
        assertTrue(request.endsWith("\r\n\r\n3\r\nABC\r\n0\r\nX-Sum: 1\r\n\r\n"), request);
    }

    @Test
    void a_filter_that_fails_on_the_first_piece_fails_the_exchange_with_a_500() {
        RawClient.Response response = get(
                Origin.saying("x"),
                new Turning(
                        text -> {
                            throw new IllegalStateException("on purpose");
                        },
                        ""));
        assertEquals(500, response.status());
    }

    @Test
    void a_filter_that_fails_on_a_request_fails_the_exchange_with_a_500() {
        Origin origin = Origin.saying("x");
        RawClient.Response response = ask(
                "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\n-",
                origin,
                new Turning(
                        text -> {
                            throw new IllegalStateException("on purpose");
                        },
                        ""));
        assertEquals(500, response.status());
        assertEquals("", origin.received());
    }

    @Test
    void a_filter_that_fails_in_the_middle_cuts_the_response_off() {
        Origin origin = Origin.with(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: 6\r\n\r\nabc");
            connection.readHead();
        });
        AtomicBoolean hasSeen = new AtomicBoolean();
        HttpFilter failing = new Turning(
                text -> {
                    if (text.contains("d")) {
                        throw new IllegalStateException("on purpose");
                    }
                    hasSeen.set(true);
                    return text;
                },
                "");
        try (origin;
                Proxy proxy = Proxy.onNio().filter(failing).start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(hasSeen::get);
            assertThrows(AssertionError.class, () -> {
                origin.connections().get(0).write("def");
                client.response();
            });
            Eventually.until(() -> proxy.refusals("internal_error") == 1);
        }
    }

    @Test
    void what_no_filter_wants_passes_as_it_is() {
        HttpFilter uninterested = new HttpBodyFilter() {
            @Override
            public void onBody(
                    HttpExchange exchange,
                    boolean isRequest,
                    ByteBuffer part,
                    boolean isLast,
                    Consumer<ByteBuffer> out) {
                throw new AssertionError("not asked for");
            }
        };
        RawClient.Response response = get(
                Origin.answering(HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n"),
                uninterested);
        assertEquals("ab", response.body());
        assertEquals("5", get(Origin.saying("hello"), uninterested).header("content-length"));
    }

    @Test
    void an_answer_of_a_filter_is_shown_too() {
        HttpFilter answering = new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                return Verdict.answer(HttpAnswer.text(200, "abc", "test"));
            }
        };
        RawClient.Response response = get(Origin.saying(""), upper(), answering);
        assertEquals("ABC", response.body());
        assertEquals("3", response.header("content-length"));
    }

    @Test
    void a_piece_may_be_passed_on_itself_more_than_once_and_among_others() {
        HttpFilter twice = new HttpBodyFilter() {
            @Override
            public boolean wantsResponseBody(HttpExchange exchange) {
                return true;
            }

            @Override
            public void onBody(
                    HttpExchange exchange,
                    boolean isRequest,
                    ByteBuffer part,
                    boolean isLast,
                    Consumer<ByteBuffer> out) {
                assertTrue(part.isReadOnly());
                out.accept(part);
                out.accept(bytes("+"));
                part.rewind();
                out.accept(part);
            }
        };
        assertEquals("abc+abc", get(Origin.saying("abc"), twice).body());
    }

    @Test
    void a_piece_given_outside_the_call_is_refused() {
        BodyRun run = new BodyRun(false, io.netty.buffer.UnpooledByteBufAllocator.DEFAULT);
        assertThrows(IllegalStateException.class, () -> run.accept(bytes("late")));
    }

    @Test
    void a_slow_client_holds_a_filtered_response_back() {
        int size = 32 << 20;
        Origin origin = Origin.with(connection -> {
            connection.readRequest();
            connection.write(HEAD + "Content-Length: " + size + "\r\n\r\n");
            String piece = "x".repeat(1 << 16);
            for (int i = 0; i < size >> 16; i++) {
                connection.write(piece);
            }
        });
        try (origin;
                Proxy proxy = Proxy.onNio().filter(upper()).start(origin.address());
                RawClient client = new RawClient(proxy.address(), 4096)) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> proxy.kernel().unsent() > 0);
            assertTrue(proxy.kernel().unsent() < 1 << 20);
            RawClient.Response response = client.response();
            assertEquals(size, response.body().length());
            assertEquals("X".repeat(100), response.body().substring(size - 100));
        }
    }

    /** Shows trailers at the body's end, and keeps them or not. */
    private static HttpFilter showing(String name, boolean passesOn) {
        return new Turning(text -> text, "") {
            @Override
            public boolean onTrailers(
                    HttpExchange exchange, boolean isRequest, HttpTrailers trailers, Consumer<ByteBuffer> out) {
                StringBuilder seen = new StringBuilder(name).append(trailers.isEmpty() ? " none" : "");
                trailers.forEach((field, value) ->
                        seen.append(' ').append(field).append('=').append(value));
                out.accept(bytes(seen.append(';').toString()));
                return passesOn;
            }
        };
    }

    @Test
    void aFilterSeesTrailersAndMayKeepThem() {
        String response = HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum:  5 \r\nX-Two: 2\r\n\r\n";
        assertEquals(
                "abca X-Sum=5 X-Two=2;[X-Sum:  5 ][X-Two: 2]",
                get(Origin.answering(response), showing("a", true)).body());

        // On the way out the last filter is asked first.
        RawClient.Response kept = get(Origin.answering(response), showing("a", true), showing("b", false));
        assertEquals("abcb X-Sum=5 X-Two=2;a none;", kept.body());
    }

    @Test
    void aFilterIsAskedForTrailersThatAreNotThere() {
        RawClient.Response response = get(Origin.answering(HEAD + "Content-Length: 3\r\n\r\nabc"), showing("a", true));

        assertEquals("abca none;", response.body());
        assertTrue(response.head().contains("Content-Length: 10\r\n"), response.head());
    }

    @Test
    void theSameForARequest() {
        Origin origin = Origin.answering(HEAD + "Content-Length: 0\r\n\r\n");
        ask(
                "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 5\r\n\r\n",
                origin,
                showing("a", false));

        assertTrue(origin.received().endsWith("\r\n\r\nabca X-Sum=5;"), origin.received());
    }
}

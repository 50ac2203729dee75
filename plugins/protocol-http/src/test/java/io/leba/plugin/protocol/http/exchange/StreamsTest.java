package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.spi.config.ByteSize;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.Verdict;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.leba.testkit.protocol.TestGroup;
import io.leba.testkit.protocol.TestKernel;
import io.leba.testkit.protocol.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The exchange between two streams that have no framing of their own, without a socket. */
class StreamsTest {
    private static final String STAMP =
            "X-Forwarded-For: 192.0.2.1|X-Forwarded-Proto: http|Via: 1.1 leba|X-Forwarded-Host: a";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String COUNTED = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nDate: now\r\n";

    private final TestKernel kernel = new TestKernel(Transport.nio(), "frontend_services[web]");
    private final TestGroup group = new TestGroup("app", "http")
            .add(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
            .add(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2));
    private final FakeBackends backends = new FakeBackends();
    private HttpConfig config = Proxy.config();
    private FakeClient client;

    @AfterEach
    void close() {
        assertEquals(0, group.inFlight());
        kernel.close();
    }

    private void run(Runnable steps, HttpFilter... filters) {
        Engine engine = new Engine(config, kernel.scope(), backends);
        Protocol.RouteTable table = engine.compile(new FrontendPlan(
                "web",
                "http",
                false,
                List.of(),
                Optional.of(new FrontendPlan.GroupPlan(group, List.of())),
                List.of(filters),
                List.of()));
        kernel.loop().run(() -> {
            client = new FakeClient(engine, kernel.loop(), table);
            steps.run();
        });
    }

    private void assertClient(String... expected) {
        assertEquals(List.of(expected), client.told);
    }

    private static void assertBackend(FakeBackends.Stream stream, String... expected) {
        assertEquals(List.of(expected), stream.told);
    }

    @Test
    void a_request_without_a_body_and_its_response_pass_whole() {
        run(() -> {
            client.head(GET);
            FakeBackends.Stream stream = backends.open();
            stream.head(OK + "Content-Length: 2\r\n\r\n", "hi", true);
            assertBackend(stream, "head GET / HTTP/1.1|" + STAMP + "|Host: a", "data '' last", "left complete");
            assertClient(
                    "received",
                    "head HTTP/1.1 200 OK|Date: now|Content-Length: 2",
                    "data 'hi' last ",
                    "ended complete");
            assertEquals(Outcome.SUCCESS, client.outcome);
        });
    }

    @Test
    void bodies_pass_as_data_with_trailers_behind_them_in_both_directions() {
        run(() -> {
            client.head(POST);
            client.piece("ab", false, null);
            FakeBackends.Stream stream = backends.open();
            client.piece("c", true, "X-Sum: 1\r\n\r\n");
            stream.head(OK + "Transfer-Encoding: chunked\r\n\r\n", "1", false);
            stream.piece("", false, null);
            stream.piece("2", false, null);
            stream.piece("", true, "X-Sum: 2\r\n\r\n");
            assertBackend(
                    stream,
                    "head POST / HTTP/1.1|" + STAMP + "|Host: a|Transfer-Encoding: chunked",
                    "data 'ab'",
                    "data 'c' last X-Sum: 1",
                    "left complete");
            assertClient(
                    "received",
                    "head HTTP/1.1 200 OK|Date: now|Transfer-Encoding: chunked",
                    "data '1'",
                    "data '2'",
                    "data '' last X-Sum: 2",
                    "ended complete");
        });
    }

    @Test
    void a_backend_that_takes_no_more_stops_the_client_until_it_does() {
        run(() -> {
            client.head(POST);
            FakeBackends.Stream stream = backends.open();
            stream.isWritable = false;
            client.piece("a", false, null);
            assertEquals(1, stream.told.size());
            stream.writable();
            stream.isWritable = false;
            assertEquals("data 'a'", stream.told.get(1));
            client.piece("b", true, null);
            assertEquals(2, stream.told.size());
            stream.writable();
            assertEquals("data 'b' last ", stream.told.get(2));
            stream.head(OK + "Content-Length: 0\r\n\r\n", "", true);
        });
    }

    @Test
    void a_client_that_takes_no_more_stops_the_backend_until_it_does() {
        run(() -> {
            client.head(GET);
            FakeBackends.Stream stream = backends.open();
            client.isWritable = false;
            stream.head(OK + "\r\n", "a", false);
            assertEquals("pause", stream.told.get(2));
            client.isWritable = true;
            client.exchange.clientWritable();
            assertEquals("read", stream.told.get(3));
            stream.end(StreamEnd.CLOSED);
            assertClient("received", "head HTTP/1.1 200 OK|Date: now", "data 'a'", "data '' last ", "ended complete");
        });
    }

    @Test
    void a_response_without_a_length_that_is_reset_is_not_taken_for_the_whole() {
        run(() -> {
            client.head(GET);
            FakeBackends.Stream stream = backends.open();
            stream.head(OK + "\r\n", "a", false);
            stream.end(StreamEnd.RESET);
            assertEquals("reset BACKEND_CLOSED", client.told.get(3));
            assertEquals("ended", client.told.get(4));
            assertEquals("left", stream.told.get(2));
        });
    }

    @Test
    void more_than_the_declared_length_never_reaches_a_backend() {
        run(() -> {
            client.head(COUNTED);
            FakeBackends.Stream stream = backends.open();
            client.piece("abc", false, null);
            client.piece("de", true, null);
            assertEquals("data 'abc'", stream.told.get(1));
            assertEquals("left", stream.told.get(2));
            assertClient("refused BAD_CONTENT_LENGTH", "ended");
        });
    }

    @Test
    void less_than_the_declared_length_is_refused() {
        run(() -> {
            client.head(COUNTED);
            FakeBackends.Stream stream = backends.open();
            client.piece("abc", true, null);
            assertEquals("left", stream.told.get(1));
            assertClient("refused BAD_CONTENT_LENGTH", "ended");
        });
    }

    @Test
    void a_body_without_a_length_is_bounded() {
        HttpConfig.Limits limits = Proxy.limits(32 << 10, 8 << 10, 100, Optional.of(new ByteSize(3)));
        HttpConfig before = config;
        config = new HttpConfig(
                List.of(),
                before.via(),
                before.forwarded(),
                before.pathPolicy(),
                before.keepAliveRequests(),
                before.timeouts(),
                limits,
                Proxy.http2(),
                Proxy.http3(),
                before.upgrade(),
                before.grpc());
        run(() -> {
            client.head(POST);
            FakeBackends.Stream stream = backends.open();
            client.piece("ab", false, null);
            client.piece("cd", true, null);
            assertEquals("left", stream.told.get(2));
            assertClient("refused BODY_TOO_LARGE", "ended");
        });
    }

    @Test
    void a_head_that_holds_two_is_refused() {
        run(() -> {
            client.head(GET + "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
            assertClient("refused BAD_LINE", "ended");
            assertTrue(!backends.isAsked());
        });
    }

    @Test
    void interim_responses_pass() {
        run(() -> {
            client.head(GET);
            FakeBackends.Stream stream = backends.open();
            stream.head("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", "", false);
            stream.head(OK + "Content-Length: 0\r\n\r\n", "", true);
            assertEquals("interim 103", client.told.get(1));
        });
    }

    @Test
    void a_switch_of_protocols_that_nobody_asked_for_is_refused() {
        run(() -> {
            client.head(GET);
            FakeBackends.Stream stream = backends.open();
            stream.head("HTTP/1.1 101 Switching Protocols\r\n\r\n", "", false);
            assertClient("received", "refused BAD_RESPONSE sound", "ended complete");
            assertEquals("left", stream.told.get(2));
        });
    }

    @Test
    void a_client_that_goes_away_while_a_stream_is_opened_leaves_nothing_behind() {
        run(() -> {
            client.head(GET);
            client.exchange.clientGone();
            assertClient("received", "reset CLIENT_ABORTED", "ended");
            FakeBackends.Stream stream = backends.open();
            assertBackend(stream, "left complete");
        });
    }

    @Test
    void a_request_that_the_backend_has_not_begun_with_is_sent_again_whatever_it_is() {
        run(() -> {
            client.head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            backends.open().end(StreamEnd.UNPROCESSED);
            FakeBackends.Stream second = backends.open();
            second.head(OK + "Content-Length: 0\r\n\r\n", "", true);
            assertEquals("head HTTP/1.1 200 OK|Date: now|Content-Length: 0", client.told.get(1));
        });
    }

    @Test
    void a_backend_that_never_begins_with_a_request_is_not_asked_for_ever() {
        run(() -> {
            client.head(GET);
            for (int i = 0; i < 10 && backends.isAsked(); i++) {
                backends.open().end(StreamEnd.UNPROCESSED);
            }
            assertEquals("refused BACKEND_CLOSED sound", client.told.get(1));
            assertTrue(backends.streams.size() <= 5);
        });
    }

    @Test
    void a_request_on_a_kept_stream_that_was_closed_is_sent_on_a_new_one() {
        run(() -> {
            FakeBackends.Stream kept = backends.keep();
            client.head(GET);
            kept.end(StreamEnd.CLOSED);
            assertBackend(kept, "head GET / HTTP/1.1|" + STAMP + "|Host: a", "data '' last", "left");
            backends.open().head(OK + "Content-Length: 0\r\n\r\n", "", true);
            assertEquals("ended complete", client.told.get(client.told.size() - 1));
        });
    }

    @Test
    void a_stream_that_cannot_be_opened_is_tried_elsewhere() {
        run(() -> {
            client.head(GET);
            backends.refuse();
            backends.open().head(OK + "Content-Length: 0\r\n\r\n", "", true);
            assertEquals("ended complete", client.told.get(client.told.size() - 1));
        });
    }

    @Test
    void a_body_waits_with_its_stream_while_a_filter_decides() {
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        HttpFilter filter = new HttpFilter() {
            @Override
            public Verdict onRequest(io.leba.spi.http.HttpRequest request, io.leba.spi.http.HttpExchange exchange) {
                assertEquals(20, request.version());
                return Verdict.await(later);
            }
        };
        run(
                () -> {
                    client.head(COUNTED);
                    client.piece("abcd", true, null);
                    later.complete(Verdict.proceed());
                },
                filter);
        kernel.loop().run(() -> {
            FakeBackends.Stream stream = backends.open();
            assertEquals("data 'abcd' last ", stream.told.get(1));
            stream.head(OK + "Content-Length: 0\r\n\r\n", "", true);
            assertEquals("ended complete", client.told.get(client.told.size() - 1));
        });
    }

    @Test
    void a_response_before_the_end_of_the_request_ends_both() {
        run(() -> {
            client.head(POST);
            FakeBackends.Stream stream = backends.open();
            stream.head(OK + "Content-Length: 0\r\n\r\n", "", true);
            assertEquals("left", stream.told.get(1));
            assertEquals("ended", client.told.get(client.told.size() - 1));
        });
    }
}

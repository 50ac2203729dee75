package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.spi.config.ByteSize;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.Verdict;
import io.leba.spi.protocol.Outcome;
import io.leba.testkit.origin.Nobody;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that speak HTTP/2, and backends that speak HTTP/1.1. */
class FrontendTest {
    private final Proxy proxy = Proxy.onNio();
    private Origin origin;
    private SocketPeer client;

    @AfterEach
    void close() throws IOException {
        if (client != null) {
            client.close();
        }
        proxy.close();
        origin.close();
        assertEquals(0, proxy.kernel().open(), "exchanges that are entered and not exited");
    }

    private void start(Origin backend) throws IOException {
        origin = backend;
        proxy.start(origin.address());
        client = new SocketPeer(proxy.address());
    }

    private void start(String response) throws IOException {
        start(Origin.answering(response));
    }

    private static String ok(String fields, String body) {
        return "HTTP/1.1 200 OK\r\nDate: now\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void a_request_is_rewritten_for_the_backend_and_its_response_for_the_client() throws IOException {
        start(ok(
                "Server: It\r\nX-Two: a\r\nX-Two:  b \r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n",
                "hello"));
        Peer.Call call = client.get("/p?q=1", "cookie", "a=1", "x-y", "z", "cookie", "b=2", "te", "trailers");
        assertEquals("hello", call.body.toString());
        assertEquals(
                "HTTP/1.1 200 \r\ndate: now\r\nserver: It\r\nx-two: a\r\nx-two: b\r\ncontent-length: 5\r\n\r\n",
                call.heads.get(0));
        String request = origin.requests().get(0);
        assertTrue(request.startsWith("GET /p?q=1 HTTP/1.1\r\n"), request);
        for (String line : List.of("host: a.example", "x-y: z", "cookie: a=1; b=2", "X-Forwarded-For: 127.0.0.1")) {
            assertTrue(request.contains("\r\n" + line + "\r\n"), request);
        }
        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.SUCCESS)));
        assertEquals(1, proxy.count("leba_http_responses", "code", "2xx"));
    }

    @Test
    void many_requests_at_once_share_one_connection() throws IOException {
        start(ok("", "x".repeat(3000)));
        for (int round = 0; round < 3; round++) {
            List<Peer.Call> calls = client.peer.calls;
            calls.clear();
            for (int i = 0; i < 100; i++) {
                client.peer.ask("GET", "/" + i, true);
            }
            client.until(() -> calls.stream().allMatch(call -> call.isEnded));
            assertTrue(calls.stream().allMatch(call -> call.body.length() == 3000));
        }
        assertEquals(1, proxy.kernel().clients());
        assertEquals(List.of(), client.peer.faults);
    }

    @Test
    void chunks_and_trailers_of_a_response() throws IOException {
        start("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
        Peer.Call call = client.get("/");
        assertEquals("abcde", call.body.toString());
        assertEquals("x-sum: 5\r\n\r\n", call.trailers);
    }

    @Test
    void content_and_trailers_of_a_request() throws IOException {
        start(ok("", ""));
        Peer.Call call = client.peer.ask("POST", "/", false);
        call.stream.send(Peer.buf("abc"), false);
        client.turn();
        call.stream.send(Peer.buf("de"), false);
        call.stream.end("x-sum: 5\r\nhost: evil\r\n\r\n".getBytes());
        client.until(() -> call.isEnded);
        String request = origin.requests().get(0);
        assertTrue(request.contains("\r\ntransfer-encoding: chunked\r\n"), request);
        assertTrue(request.contains("abc") && request.contains("x-sum: 5") && !request.contains("evil"), request);
    }

    @Test
    void content_of_a_known_length_is_sent_as_it_is() throws IOException {
        start(ok("", "ok"));
        Peer.Call call = client.peer.ask("PUT", "/", false, "content-length", "5");
        call.stream.send(Peer.buf("abc"), false);
        client.turn();
        call.stream.send(Peer.buf("de"), true);
        client.until(() -> call.isEnded);
        assertTrue(
                origin.requests().get(0).endsWith("\r\n\r\nabcde"),
                origin.requests().get(0));
    }

    @Test
    void a_response_that_ends_with_its_connection() throws IOException {
        start(Origin.with(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n\r\nall of it");
        }));
        assertEquals("all of it", client.get("/").body.toString());
    }

    @Test
    void interim_responses() throws IOException {
        start("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok("", "hi"));
        Peer.Call call = client.get("/");
        assertEquals("HTTP/1.1 103 \r\nlink: </a>\r\n\r\n", call.heads.get(0));
        assertEquals("hi", call.body.toString());
    }

    @Test
    void responses_without_content() throws IOException {
        start("HTTP/1.1 304 Not Modified\r\nDate: now\r\nContent-Length: 12\r\nETag: \"1\"\r\n\r\n");
        Peer.Call call = client.get("/");
        assertEquals("HTTP/1.1 304 \r\ndate: now\r\ncontent-length: 12\r\netag: \"1\"\r\n\r\n", call.heads.get(0));
        Peer.Call head = client.peer.ask("HEAD", "/", true);
        client.until(() -> head.isEnded);
        assertNull(head.fault);
    }

    @Test
    void a_slow_backend_closes_the_window_of_its_stream_alone() throws IOException {
        CountDownLatch goOn = new CountDownLatch(1);
        start(Origin.with(
                connection -> {
                    String head = connection.readHead();
                    if (head.startsWith("POST")) {
                        await(goOn);
                        connection.write(ok("Connection: close\r\n", String.valueOf(count(connection))));
                    } else {
                        connection.write(ok("Connection: close\r\n", "quick"));
                    }
                },
                8 << 10));
        int size = 12 << 20;
        Peer.Call upload = client.peer.ask("POST", "/", false, "content-length", String.valueOf(size));
        upload.stream.send(Peer.buf("u".repeat(size)), true);
        client.until(() -> origin.connections().size() == 1);
        int[] left = {-1, 0};
        client.until(() -> {
            left[1] = left[0] == upload.stream.queued() ? left[1] + 1 : 0;
            left[0] = upload.stream.queued();
            return left[1] > 50;
        });
        assertTrue(left[0] > 0, "all of it was taken in");
        assertEquals("quick", client.get("/quick").body.toString());
        goOn.countDown();
        client.until(() -> upload.isEnded);
        assertEquals(String.valueOf(size), upload.body.toString());
    }

    private static int count(Origin.Connection connection) throws IOException {
        int count = 0;
        while (count < 12 << 20) {
            connection.read();
            count++;
        }
        return count;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_client_that_takes_nothing_of_one_response_gets_the_others() throws IOException {
        start(Origin.with(connection -> {
            for (String head = connection.readHead(); head != null; head = connection.readHead()) {
                connection.write(head.startsWith("GET /big") ? ok("", "b".repeat(5 << 20)) : ok("", "small"));
            }
        }));
        client.peer.takesAtOnce = false;
        Peer.Call big = client.peer.ask("GET", "/big", true);
        client.until(() -> big.body.length() == 65_535);
        assertEquals("small", client.get("/small").body.toString());
        assertEquals(65_535, big.body.length());
        client.peer.takesAtOnce = true;
        big.stream.taken(65_535);
        client.until(() -> big.isEnded);
        assertEquals(5 << 20, big.body.length());
    }

    @Test
    void a_client_that_takes_no_more_is_given_up_in_the_end() throws IOException {
        start(ok("", "b".repeat(5 << 20)));
        client.peer.takesAtOnce = false;
        Peer.Call big = client.peer.ask("GET", "/big", true);
        client.until(() -> big.body.length() == 65_535);
        for (int i = 0; i < 65; i++) {
            proxy.turn(Duration.ofSeconds(1));
        }
        client.until(() -> big.fault != null);
        Eventually.until(() -> proxy.kernel().open() == 0);
        client.peer.takesAtOnce = true;
        assertEquals(5 << 20, client.get("/").body.length());
    }

    @Test
    void a_client_that_asks_without_reading_is_not_read_from() throws IOException {
        proxy.withoutDefault();
        proxy.kernel().prepare(channel -> channel.config().setOption(ChannelOption.SO_SNDBUF, 16 << 10));
        origin = Origin.saying("hi");
        proxy.start(origin.address());
        client = new SocketPeer(proxy.address(), 4 << 10);
        client.until(() -> client.peer.connection.isSettled());
        Frames frames = Frames.none();
        String[] head = Frames.get();
        head[0] = ":method: HEAD";
        Thread asking = new Thread(() -> {
            try {
                for (int i = 0; i < 400_000; i++) {
                    client.output().write(frames.request(2 * i + 1, head).bytes());
                }
            } catch (IOException e) {
                // Closed in the end.
            }
        });
        asking.setDaemon(true);
        asking.start();
        Eventually.until(() -> !proxy.kernel().clientChannels().get(0).config().isAutoRead());
        long most = proxy.kernel().unsent();
        assertTrue(most < 1 << 20, () -> "unsent: " + most);
        assertTrue(asking.isAlive());
        int served = proxy.kernel().entered();
        for (int i = 0; i < 200 && proxy.kernel().clients() > 0; i++) {
            proxy.turn(Duration.ofSeconds(1));
        }
        Eventually.until(() -> proxy.kernel().clients() == 0);
        assertTrue(served > 100);
    }

    @Test
    void a_reset_by_the_client_ends_the_exchange_and_nothing_else() throws IOException {
        CountDownLatch goOn = new CountDownLatch(1);
        start(Origin.with(connection -> {
            String head = connection.readHead();
            if (head.startsWith("GET /never")) {
                connection.readAll();
                goOn.countDown();
            } else {
                connection.write(ok("Connection: close\r\n", "here"));
            }
        }));
        Peer.Call never = client.peer.ask("GET", "/never", true);
        client.until(() -> origin.connections().size() == 1);
        never.stream.reset(ErrorCode.CANCEL);
        assertEquals("here", client.get("/").body.toString());
        await(goOn);
        assertTrue(proxy.kernel().exits().contains(Outcome.CLIENT_ABORTED));
        assertEquals(1, proxy.refusals("client_aborted"));
    }

    @Test
    void a_backend_that_breaks_in_mid_response_resets_the_stream() throws IOException {
        start(Origin.with(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
        }));
        Peer.Call call = client.get("/");
        assertEquals(Fault.RESET_BY_PEER, call.fault);
        assertEquals("some", call.body.toString());
        assertEquals(1, proxy.kernel().clients());
    }

    @Test
    void refusals_are_answers_and_the_connection_stays() throws IOException {
        origin = Origin.saying("hi");
        try (Nobody nobody = new Nobody()) {
            proxy.start(nobody.address());
            client = new SocketPeer(proxy.address());
            Peer.Call call = client.get("/");
            assertTrue(
                    call.heads.get(0).startsWith("HTTP/1.1 502 \r\ncontent-type: text/plain\r\n"), call.heads.get(0));
            assertEquals("502 Bad Gateway: connect_failed\n", call.body.toString());
            assertTrue(client.get("/../x").heads.get(0).startsWith("HTTP/1.1 400"));
            assertTrue(client.get("/", "content_length", "5").heads.get(0).startsWith("HTTP/1.1 400"));
            assertTrue(client.get("/" + "a".repeat(9000)).heads.get(0).startsWith("HTTP/1.1 414"));
            String[] many = new String[300];
            java.util.Arrays.fill(many, "x-field");
            assertTrue(client.get("/", many).heads.get(0).startsWith("HTTP/1.1 431"));
            assertTrue(client.get("/", "x", "y".repeat(20_000), "z", "y".repeat(14_000))
                    .heads
                    .get(0)
                    .startsWith("HTTP/1.1 431"));
            assertTrue(client.get("/", "expect", "miracles").heads.get(0).startsWith("HTTP/1.1 417"));
            assertEquals(1, proxy.kernel().clients());
            assertEquals(1, proxy.refusals("too_many_fields"));
        }
    }

    @Test
    void an_upload_that_is_too_large_is_answered_and_stopped() throws IOException {
        HttpConfig defaults = Proxy.config();
        proxy.with(new HttpConfig(
                List.of(),
                "leba",
                ForwardStamp.Words.X_FORWARDED,
                HttpConfig.PathPolicy.SAFE,
                0,
                defaults.timeouts(),
                Proxy.limits(32 << 10, 8 << 10, 100, java.util.Optional.of(new ByteSize(10))),
                Proxy.http2(),
                Proxy.http3(),
                Proxy.config().upgrade(),
                defaults.grpc()));
        start(ok("", "hi"));
        Peer.Call call = client.peer.ask("POST", "/", false);
        call.stream.send(Peer.buf("x".repeat(11)), false);
        client.until(() -> call.isEnded);
        assertTrue(call.heads.get(0).startsWith("HTTP/1.1 413"));
        client.until(call.stream::isClosed);
        assertTrue(client.get("/").heads.get(0).startsWith("HTTP/1.1 200"));
    }

    @Test
    void filters_edit_and_answer() throws IOException {
        proxy.filter(new HttpFilter() {
            @Override
            public Verdict onRequest(io.leba.spi.http.HttpRequest request, io.leba.spi.http.HttpExchange exchange) {
                if (request.path().equals("/answered")) {
                    return Verdict.answer(HttpAnswer.text(403, "no", "because"));
                }
                request.setHeader("X-Edit", "version " + request.version());
                return Verdict.proceed();
            }

            @Override
            public void onResponse(io.leba.spi.http.HttpResponse response, io.leba.spi.http.HttpExchange exchange) {
                response.setHeader("X-Seen", "yes");
                response.removeHeader("Server");
            }
        });
        start(ok("Server: x\r\nX-Kept: 1\r\n", "hi"));
        Peer.Call call = client.get("/");
        assertTrue(
                origin.requests().get(0).contains("\r\nX-Edit: version 20\r\n"),
                origin.requests().get(0));
        assertTrue(call.heads.get(0).contains("\r\nx-seen: yes\r\n"), call.heads.get(0));
        assertTrue(call.heads.get(0).contains("\r\nx-kept: 1\r\n"), call.heads.get(0));
        assertTrue(!call.heads.get(0).contains("server"), call.heads.get(0));
        assertEquals("hi", call.body.toString());
        Peer.Call answered = client.get("/answered");
        assertTrue(answered.heads.get(0).startsWith("HTTP/1.1 403"), answered.heads.get(0));
    }

    @Test
    void draining_ends_the_connection_behind_what_is_under_way() throws IOException {
        CountDownLatch goOn = new CountDownLatch(1);
        start(Origin.with(connection -> {
            connection.readHead();
            await(goOn);
            connection.write(ok("", "late"));
        }));
        Peer.Call call = client.peer.ask("GET", "/", true);
        client.until(() -> origin.connections().size() == 1);
        proxy.kernel().drain();
        client.until(() -> !client.peer.connection.canOpen(0));
        goOn.countDown();
        client.until(() -> call.isEnded && client.isEnded());
        assertEquals("late", call.body.toString());
    }

    @Test
    void an_idle_connection_is_ended_in_order() throws IOException {
        start(ok("", "hi"));
        client.get("/");
        for (int i = 0; i < 64 && !client.isEnded(); i++) {
            proxy.turn(Duration.ofSeconds(1));
        }
        client.until(client::isEnded);
        assertTrue(client.peer.isFinished, "no GOAWAY");
        Eventually.until(
                () -> proxy.kernel().clients() == 0 && proxy.kernel().loop().openDeadlines() == 0);
    }

    @Test
    void faults_are_counted() throws IOException {
        start(ok("", "hi"));
        client.get("/");
        client.get("/", "te", "gzip");
        assertEquals(1, proxy.count("leba_http2_faults", "reason", "connection_field"));
        client.output().write(Frames.none().frame(6, 0, 5, new byte[8]).bytes());
        client.until(client::isEnded);
        assertEquals(1, proxy.count("leba_http2_faults", "reason", "bad_stream_id"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 23, 24, 25})
    void the_preface_may_come_in_pieces(int step) throws IOException {
        start(ok("", "hi"));
        byte[] bytes = Frames.client().request(1, Frames.get()).bytes();
        for (int i = 0; i < bytes.length; i += step) {
            client.output().write(bytes, i, Math.min(step, bytes.length - i));
            client.output().flush();
        }
        Eventually.until(() -> origin.requests().size() == 1);
    }

    @Test
    void http_1_is_served_on_the_same_port_even_if_it_begins_alike() throws IOException {
        start(ok("", "hi"));
        try (RawClient one = new RawClient(proxy.address())) {
            assertEquals("hi", one.get("/").body());
            assertEquals("hi", one.get("/again").body());
        }
        try (RawClient one = new RawClient(proxy.address())) {
            one.send("PR");
            one.send("OPFIND / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals(200, one.response().status());
        }
        try (RawClient one = new RawClient(proxy.address())) {
            assertEquals(400, one.send("PRI * HTTP/2.1\r\n\r\n").response().status());
        }
    }

    @Test
    void a_client_that_says_nothing_is_closed() throws IOException {
        start(ok("", "hi"));
        try (RawClient silent = new RawClient(proxy.address())) {
            silent.send("PRI");
            Eventually.until(() -> proxy.kernel().clients() == 2);
            proxy.turn(Duration.ofSeconds(11));
            assertEquals("", silent.rest());
        }
    }

    @Test
    void where_it_is_off_clients_are_refused_as_http_1_does() throws IOException {
        HttpConfig defaults = Proxy.config();
        HttpConfig.Http2 on = Proxy.http2();
        proxy.with(new HttpConfig(
                List.of(),
                "leba",
                ForwardStamp.Words.X_FORWARDED,
                HttpConfig.PathPolicy.SAFE,
                0,
                defaults.timeouts(),
                defaults.limits(),
                new HttpConfig.Http2(
                        false, on.maxConcurrentStreams(), on.streamWindow(), on.connectionWindow(), on.sendBuffer()),
                Proxy.http3(),
                Proxy.config().upgrade(),
                defaults.grpc()));
        start(ok("", "hi"));
        try (RawClient raw = new RawClient(proxy.address())) {
            assertEquals(
                    400, raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").response().status());
        }
    }
}

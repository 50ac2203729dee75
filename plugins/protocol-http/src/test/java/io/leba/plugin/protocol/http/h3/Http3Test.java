package io.leba.plugin.protocol.http.h3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Identity;
import io.leba.testkit.origin.Reply;
import io.leba.testkit.program.NeedsProgram;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Netty's client of HTTP/3 with a whole node. */
@Timeout(60)
class Http3Test {
    @TempDir
    private static Path folder;

    private static Http3Site site;

    private Http3Peer peer;

    @BeforeAll
    static void start() throws Exception {
        site = new Http3Site(Identity.in(folder));
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    @BeforeEach
    void connect() throws Exception {
        peer = Http3Peer.to(site.address());
    }

    @AfterEach
    void disconnect() {
        peer.close();
    }

    @Test
    void a_request_reaches_a_backend_as_an_http_1_request() throws Exception {
        Http3Call call = peer.get("/hello?x=1");
        assertEquals("200", call.status());
        assertEquals("GET /hello?x=1 0", call.text());
        var request = site.origin.requests().stream()
                .filter(one -> one.target().equals("/hello?x=1"))
                .findFirst()
                .orElseThrow();
        assertEquals("localhost", request.header("host").orElseThrow());
        assertEquals("https", request.header("x-forwarded-proto").orElseThrow());
        assertEquals("127.0.0.1", request.header("x-forwarded-for").orElseThrow());
        assertTrue(request.header("transfer-encoding").isEmpty());
    }

    @Test
    void bodies_of_many_sizes_come_whole() throws Exception {
        for (int size : new int[] {0, 1, 63, 64, 16_383, 16_384, 16_385, 100_000, 1_000_000}) {
            assertEquals(
                    "POST /up " + size, peer.post("/up", size, true).whole().text());
            assertEquals(
                    "POST /up " + size, peer.post("/up", size, false).whole().text());
            site.origin.next(Reply.text(200, "x".repeat(size)));
            assertEquals(size, peer.get("/down").text().length());
        }
    }

    @Test
    void many_requests_share_a_connection() throws Exception {
        List<Http3Call> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            calls.add(peer.post("/" + i, i * 300, i % 2 == 0));
        }
        for (int i = 0; i < 60; i++) {
            assertEquals("POST /" + i + " " + i * 300, calls.get(i).whole().text());
        }
    }

    @Test
    void what_leba_answers_itself_is_http_3() throws Exception {
        assertEquals("400", peer.get("/a/../b").status());
        Http3Headers connect = new DefaultHttp3Headers(false).method("CONNECT").authority("localhost:443");
        assertEquals("405", peer.ask(connect).status());
        Http3Headers large = peer.head("GET", "/").add("x", "y".repeat(33_000));
        assertEquals("431", peer.ask(large).status());
        Http3Call head = peer.ask(peer.head("HEAD", "/a/../b")).whole();
        assertEquals("400", head.status());
        assertEquals("", head.text());
        assertEquals("200", peer.get("/").status(), "the connection goes on");
    }

    @Test
    void trailers_and_interim_responses_pass() throws Exception {
        site.play(session -> session.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n"
                + "Transfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n"));
        Http3Call call = peer.get("/raw");
        assertEquals(List.of("103"), call.interim);
        assertEquals("abc", call.text());
        assertEquals("7", call.trailers.get("x-sum").toString());

        Http3Call sent = peer.open(peer.head("POST", "/t"));
        sent.stream.write(new DefaultHttp3DataFrame(Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII)));
        sent.stream
                .writeAndFlush(new DefaultHttp3HeadersFrame(new DefaultHttp3Headers(false).add("x-sum", "9")))
                .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        assertEquals("POST /t 3", sent.whole().text());
    }

    @Test
    @NeedsProgram("curl")
    void clients_of_other_versions_learn_of_it() throws Exception {
        String expected = "alt-svc: h3=\":" + site.address().getPort() + "\"; ma=86400";
        for (String version : List.of("--http1.1", "--http2")) {
            Path said = folder.resolve("said" + version);
            Process curl = new ProcessBuilder(
                            "curl",
                            "-ski",
                            "-m",
                            "20",
                            version,
                            "https://127.0.0.1:" + site.address().getPort() + "/")
                    .redirectOutput(said.toFile())
                    .start();
            assertTrue(curl.waitFor(30, TimeUnit.SECONDS));
            String text = Files.readString(said).toLowerCase(Locale.ROOT);
            assertTrue(text.contains("\n" + expected + "\r"), text);
        }
        assertNull(peer.get("/").field("alt-svc"));
    }

    @Test
    void a_client_that_does_not_read_stops_the_backend() throws Exception {
        site.origin.next(Reply.text(200, "x".repeat(3_000_000)));
        try (Http3Peer slow = Http3Peer.asking(site.address(), 70_000)) {
            Http3Call call = slow.open(slow.head("GET", "/large"));
            call.stream.config().setAutoRead(false);
            call.stream.shutdownOutput();
            Awaitility.await()
                    .until(() -> site.origin.requests().stream()
                            .anyMatch(one -> one.target().equals("/large")));
            assertEquals("200", peer.get("/").status(), "others are served");
            assertTrue(call.received.get() < 1_000_000);
            call.stream.config().setAutoRead(true);
            assertEquals(3_000_000, call.whole().text().length());
        }
    }

    @Test
    void a_client_that_gives_up_ends_its_exchange_only() throws Exception {
        CountDownLatch hasEnded = new CountDownLatch(1);
        CountDownLatch hasBegun = new CountDownLatch(1);
        site.play(session -> {
            hasBegun.countDown();
            session.awaitEnd();
            hasEnded.countDown();
        });
        Http3Call call = peer.open(peer.head("POST", "/raw"));
        call.stream.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII)));
        assertTrue(hasBegun.await(20, TimeUnit.SECONDS));
        assertEquals("200", peer.get("/").status());
        assertEquals(1, hasEnded.getCount());
        call.stream.shutdown(0x10c);
        assertTrue(hasEnded.await(20, TimeUnit.SECONDS), "the backend hears of it");
        assertEquals("200", peer.get("/").status());
    }

    @Test
    void a_connection_that_does_not_agree_on_h3_is_refused() throws Exception {
        try (Http3Peer other = Http3Peer.speaking(site.address(), "hq-29")) {
            int noApplicationProtocol = 0x100 + 120;
            assertEquals(
                    noApplicationProtocol,
                    other.closed.get(20, TimeUnit.SECONDS).error());
        }
        assertEquals("200", peer.get("/").status());
    }

    @Test
    void a_reload_disturbs_no_connection() throws Exception {
        assertEquals("200", peer.get("/").status());
        site.node.reload(site.config("{enabled: true}").replace("5s", "6s"));
        assertEquals("200", peer.get("/").status());
        assertTrue(peer.quic.isActive());
    }

    @Test
    void in_the_clear_and_behind_the_proxy_protocol_it_is_refused() {
        for (String wrong : List.of(
                "{protocol: http, port: 0, http3: {enabled: true}}",
                "{protocol: https, port: 0, http3: {enabled: true}, proxy_protocol: {accept: required, from: [127.0.0.1/32]}, tls: {cert_file: "
                        + site.identity.certificateFile() + ", key_file: " + site.identity.keyFile() + "}}")) {
            RuntimeException refused = assertThrows(
                    RuntimeException.class,
                    () -> site.node.reload("frontend_services: [" + wrong + "]\nbackends: [{address: 127.0.0.1, port: "
                            + site.origin.port() + ", protocol: http}]"));
            assertTrue(refused.getMessage().contains("HTTP/3 is asked for"), refused.getMessage());
        }
    }

    @Test
    void nothing_is_taken_before_a_handshake_is_over() throws Exception {
        AtomicInteger handshakes = new AtomicInteger();
        QuicSslContext tls = Http3Peer.hasty(new Trust(handshakes));
        for (int i = 0; i < 3; i++) {
            try (Http3Peer hasty = Http3Peer.resuming(site.address(), tls)) {
                assertEquals("200", hasty.get("/").status());
                assertFalse(hasty.isEarly, "a request that is repeated by a third party could do its work twice");
            }
        }
        assertEquals(1, handshakes.get(), "sessions are resumed, so early data could have been sent");
    }

    /** Counts certificates that are shown, which is what a resumed session does without. */
    private record Trust(AtomicInteger shown) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown.incrementAndGet();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void a_client_that_moves_keeps_its_connection() throws Exception {
        try (MovingPath path = new MovingPath(site.address());
                Http3Peer moving = Http3Peer.to(path.address())) {
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        "POST /moved 100000",
                        moving.post("/moved", 100_000, true).whole().text());
                path.move();
            }
            assertEquals("GET /moved 0", moving.get("/moved").text());
            assertTrue(moving.quic.isActive());
            assertEquals(5, path.moves());
        }
    }
}

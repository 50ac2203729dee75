package io.leba.plugin.protocol.http.h3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import io.leba.testkit.origin.Reply;
import io.leba.testkit.origin.TcpOrigin;
import io.leba.testkit.program.NeedsProgram;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
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

    private static Identity identity;

    private final AtomicReference<String> raw = new AtomicReference<>("");
    private HttpOrigin origin;
    private TcpOrigin bytes;
    private TestNode node;
    private Http3Peer peer;

    @BeforeAll
    static void identity() throws Exception {
        identity = Identity.of("localhost", folder);
    }

    @BeforeEach
    void start() throws Exception {
        origin = HttpOrigin.answering(
                request -> Reply.text(200, request.method() + " " + request.target() + " " + request.body().length));
        bytes = TcpOrigin.playing(session -> {
            while (!session.readLine().isEmpty()) {
                // the head
            }
            session.send(raw.get());
        });
        node = TestNode.start(config("{enabled: true}"));
        peer = Http3Peer.to(address());
    }

    private String config(String http3) {
        return """
                shutdown_timeout: 5s
                frontend_services:
                  - name: web
                    protocol: https
                    address: 127.0.0.1
                    port: 0
                    http3: %s
                    tls: {cert_file: %s, key_file: %s}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http}
                  - {address: 127.0.0.1, port: %d, protocol: http, group_name: raw}
                routing_rules:
                  - {name: raw, path_pattern: /raw, target_backend: raw}
                """.formatted(http3, identity.certificateFile(), identity.keyFile(), origin.port(), bytes.port());
    }

    private InetSocketAddress address() {
        return node.address("web");
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        node.close();
        origin.close();
        bytes.close();
    }

    @Test
    void a_request_reaches_a_backend_as_an_http_1_request() throws Exception {
        Http3Call call = peer.get("/hello?x=1");
        assertEquals("200", call.status());
        assertEquals("GET /hello?x=1 0", call.text());
        var request = origin.requests().get(0);
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
            origin.next(Reply.text(200, "x".repeat(size)));
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
        raw.set("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n"
                + "Transfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n");
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
        String expected = "alt-svc: h3=\":" + address().getPort() + "\"; ma=86400";
        for (String version : List.of("--http1.1", "--http2")) {
            Path said = folder.resolve("said" + version);
            Process curl = new ProcessBuilder(
                            "curl",
                            "-ski",
                            "-m",
                            "20",
                            version,
                            "https://127.0.0.1:" + address().getPort() + "/")
                    .redirectOutput(said.toFile())
                    .start();
            assertTrue(curl.waitFor(30, TimeUnit.SECONDS));
            String text = Files.readString(said).toLowerCase(Locale.ROOT);
            assertTrue(text.contains("\n" + expected + "\r"), text);
        }
        assertNull(peer.get("/").field("alt-svc"));
    }

    @Test
    void a_connection_that_does_not_agree_on_h3_is_refused() {
        assertThrows(ExecutionException.class, () -> Http3Peer.speaking(address(), "hq-29"));
        assertEquals("200", status());
    }

    private String status() {
        try {
            return peer.get("/").status();
        } catch (Exception e) {
            return e.toString();
        }
    }

    @Test
    void a_reload_disturbs_no_connection() throws Exception {
        assertEquals("200", peer.get("/").status());
        node.reload(config("{enabled: true}").replace("5s", "6s"));
        assertEquals("200", peer.get("/").status());
        assertTrue(peer.quic.isActive());
    }

    @Test
    void a_frontend_that_stops_to_speak_it_says_goaway() throws Exception {
        assertEquals("200", peer.get("/").status());
        node.reload(config("{enabled: false}"));
        assertTrue(peer.goAways.poll(20, TimeUnit.SECONDS) > 4);
        assertEquals(4L, peer.goAways.poll(20, TimeUnit.SECONDS));
        assertEquals(0x100, peer.closed.get(20, TimeUnit.SECONDS).error());
        node.reload(config("{enabled: true}"));
        try (Http3Peer again = Http3Peer.to(address())) {
            assertEquals("200", again.get("/").status());
        }
    }

    @Test
    void a_request_under_way_is_served_when_the_node_stops() throws Exception {
        origin.next(Reply.text(200, "late").after(Duration.ofMillis(700)));
        Http3Call call = peer.ask(peer.head("GET", "/slow"));
        Awaitility.await().until(() -> origin.requests().size() == 1);
        Thread stopping = new Thread(() -> node.close());
        stopping.start();
        assertEquals("late", call.whole().text());
        stopping.join();
    }

    @Test
    void a_client_that_does_not_read_stops_the_backend() throws Exception {
        origin.next(Reply.text(200, "x".repeat(3_000_000)));
        try (Http3Peer slow = Http3Peer.asking(address(), "localhost", 70_000)) {
            Http3Call call = slow.open(slow.head("GET", "/large"));
            call.stream.config().setAutoRead(false);
            call.stream.shutdownOutput();
            Awaitility.await().until(() -> origin.requests().size() == 1);
            assertEquals("200", peer.get("/").status(), "others are served");
            assertTrue(call.received.get() < 1_000_000);
            call.stream.config().setAutoRead(true);
            assertEquals(3_000_000, call.whole().text().length());
        }
    }

    @Test
    void a_client_that_gives_up_ends_its_exchange_only() throws Exception {
        origin.next(Reply.text(200, "late").after(Duration.ofSeconds(1)));
        Http3Call call = peer.open(peer.head("POST", "/slow"));
        call.stream.shutdown(0x10c);
        assertEquals("200", peer.get("/").status());
    }

    @Test
    void in_the_clear_and_behind_the_proxy_protocol_it_is_refused() {
        for (String wrong : List.of(
                "{protocol: http, port: 0, http3: {enabled: true}}",
                "{protocol: https, port: 0, http3: {enabled: true}, proxy_protocol: {accept: required, from: [127.0.0.1/32]}, tls: {cert_file: "
                        + identity.certificateFile() + ", key_file: " + identity.keyFile() + "}}")) {
            RuntimeException refused = assertThrows(
                    RuntimeException.class,
                    () -> node.reload("frontend_services: [" + wrong + "]\nbackends: [{address: 127.0.0.1, port: "
                            + origin.port() + ", protocol: http}]"));
            assertTrue(refused.getMessage().contains("HTTP/3 is asked for"), refused.getMessage());
        }
    }

    @Test
    void with_retry_clients_prove_their_address() throws Exception {
        node.reload(config("{enabled: true, retry: always}"));
        assertEquals(0x100, peer.closed.get(20, TimeUnit.SECONDS).error());
        Awaitility.await().untilAsserted(() -> {
            try (Http3Peer other = Http3Peer.to(address())) {
                assertEquals("200", other.get("/").status());
            }
        });
    }
}

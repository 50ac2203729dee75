package io.leba.plugin.protocol.http.h3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Identity;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.codec.quic.QuicStreamType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that no client should send: each ends a stream or the connection with the error that the specification names. */
@Timeout(60)
class HostileClientTest {
    private static final String[] GET = {":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/"};

    @TempDir
    private static Path folder;

    private static Http3Site site;

    @BeforeAll
    static void start() throws Exception {
        site = new Http3Site(Identity.in(folder), "timeouts: {request_head: 400ms}");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static Http3Peer peer() throws Exception {
        return Http3Peer.raw(site.address());
    }

    private static String[] with(String... more) {
        String[] all = Arrays.copyOf(GET, GET.length + more.length);
        System.arraycopy(more, 0, all, GET.length, more.length);
        return all;
    }

    private void resets(int code, byte[] bytes, boolean isLast) throws Exception {
        try (Http3Peer peer = peer()) {
            Throwable cause = peer.stream(QuicStreamType.BIDIRECTIONAL)
                    .send(isLast, bytes)
                    .reset
                    .get(20, TimeUnit.SECONDS);
            assertEquals(code, ((QuicStreamResetException) cause).applicationProtocolCode());
            Http3Peer.RawStream next = peer.stream(QuicStreamType.BIDIRECTIONAL).send(true, Http3Peer.headers(GET));
            assertTrue(next.answered.get(20, TimeUnit.SECONDS).length > 0, "the connection goes on");
        }
    }

    private void closes(int code, QuicStreamType type, int... bytes) throws Exception {
        closes(code, type, Http3Peer.bytes(bytes));
    }

    private void closes(int code, QuicStreamType type, byte[] bytes) throws Exception {
        try (Http3Peer peer = peer()) {
            peer.stream(type).send(false, bytes);
            assertEquals(code, peer.closed.get(20, TimeUnit.SECONDS).error());
        }
    }

    @Test
    void malformed_requests_are_reset_with_message_error() throws Exception {
        int before = site.origin.requests().size();
        byte[][] wrong = {
            Http3Peer.headers(":method", "GET", ":scheme", "https", ":authority", "localhost"),
            Http3Peer.headers(":method", "GET", ":authority", "localhost", ":path", "/"),
            Http3Peer.headers(":scheme", "https", ":authority", "localhost", ":path", "/"),
            Http3Peer.headers(":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", ""),
            Http3Peer.headers(":method", "GET", ":scheme", "https", "a", "b", ":authority", "localhost", ":path", "/"),
            Http3Peer.headers(with(":method", "GET")),
            Http3Peer.headers(with(":status", "200")),
            Http3Peer.headers(with(":protocol", "websocket")),
            Http3Peer.headers(with("Upper", "case")),
            Http3Peer.headers(with("", "nameless")),
            Http3Peer.headers(with("x", "a\r\nb: c")),
            Http3Peer.headers(with("x", " padded")),
            Http3Peer.headers(with("x", "a\0b")),
            Http3Peer.headers(with("connection", "close")),
            Http3Peer.headers(with("keep-alive", "timeout=5")),
            Http3Peer.headers(with("proxy-connection", "close")),
            Http3Peer.headers(with("upgrade", "h2c")),
            Http3Peer.headers(with("te", "gzip")),
            Http3Peer.headers(with("transfer-encoding", "chunked")),
            Http3Peer.headers(with("host", "other")),
            Http3Peer.headers(with("content-length", "5")),
            Http3Peer.headers(with("content-length", "+0")),
            Http3Peer.headers(with("content-length", "1", "content-length", "1"))
        };
        for (byte[] one : wrong) {
            resets(0x10e, one, true);
        }
        assertTrue(site.origin.requests().stream()
                .allMatch(request -> request.target().equals("/")));
        assertEquals(wrong.length, site.origin.requests().size() - before, "only those behind them, which were right");
    }

    @Test
    void a_request_to_nobody_is_answered_with_400() throws Exception {
        int before = site.origin.requests().size();
        try (Http3Peer peer = peer()) {
            Http3Peer.RawStream stream = peer.stream(QuicStreamType.BIDIRECTIONAL)
                    .send(true, Http3Peer.headers(":method", "GET", ":scheme", "https", ":path", "/"));
            String answer = new String(stream.answered.get(20, TimeUnit.SECONDS), StandardCharsets.ISO_8859_1);
            assertTrue(answer.contains("400"), answer);
        }
        assertEquals(before, site.origin.requests().size());
    }

    @Test
    void a_body_that_is_not_as_long_as_declared_reaches_no_backend_as_two_requests() throws Exception {
        String second = "GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n";
        byte[] head = Http3Peer.headers(post("content-length", "3"));
        byte[][] wrong = {
            Http3Peer.join(head, Http3Peer.data("abc" + second)),
            Http3Peer.join(head, Http3Peer.data("abc"), Http3Peer.data(second)),
            Http3Peer.join(head, Http3Peer.data("ab")),
            Http3Peer.join(head, Http3Peer.data("ab"), Http3Peer.headers("x-sum", "1")),
            Http3Peer.join(Http3Peer.headers(post("content-length", "0")), Http3Peer.data(second)),
            Http3Peer.join(head, Http3Peer.data("abc"), Http3Peer.headers(":path", "/second")),
            Http3Peer.join(head, Http3Peer.data("abc"), Http3Peer.headers("x", "a\r\nb: c"))
        };
        AtomicInteger open = new AtomicInteger();
        Queue<String> received = new ConcurrentLinkedQueue<>();
        site.play(session -> {
            open.incrementAndGet();
            try {
                session.awaitEnd();
            } finally {
                received.add(session.received());
                open.decrementAndGet();
            }
        });
        for (byte[] one : wrong) {
            try (Http3Peer peer = peer()) {
                Http3Peer.RawStream stream =
                        peer.stream(QuicStreamType.BIDIRECTIONAL).send(true, one);
                CompletableFuture.anyOf(stream.reset, stream.answered).get(20, TimeUnit.SECONDS);
                if (stream.reset.isDone()) {
                    assertEquals(0x10e, ((QuicStreamResetException) stream.reset.get()).applicationProtocolCode());
                } else {
                    String answer = new String(stream.answered.get(), StandardCharsets.ISO_8859_1);
                    assertTrue(answer.contains("400"), answer);
                }
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> open.get() == 0);
        assertTrue(received.stream().noneMatch(one -> one.contains("/second")), received::toString);
    }

    private static String[] post(String... more) {
        String[] all = with(more);
        all[1] = "POST";
        all[7] = "/raw";
        return all;
    }

    @Test
    void fields_that_are_many_times_too_large_end_the_connection() throws Exception {
        byte[] section = new byte[30_000];
        Arrays.fill(section, (byte) (0xc0 | 0x1d)); // each byte is a whole field of the static table
        section[0] = 0;
        section[1] = 0;
        byte[] bomb = Http3Peer.frame(1, section);
        closes(0x107, QuicStreamType.BIDIRECTIONAL, bomb);
    }

    @Test
    void a_head_that_says_it_is_huge_is_not_waited_for() throws Exception {
        byte[] frame = Http3Peer.headers(GET);
        frame[1] = (byte) 0xbf; // a length of a gigabyte
        resets(0x107, frame, false);
    }

    @Test
    void a_stream_that_ends_before_its_head_is_incomplete() throws Exception {
        resets(0x10d, new byte[0], true);
    }

    @Test
    void a_head_that_does_not_come_is_not_waited_for_long() throws Exception {
        resets(0x10c, new byte[] {1}, false);
    }

    @Test
    void frames_where_they_must_not_be_end_the_connection() throws Exception {
        closes(0x105, QuicStreamType.BIDIRECTIONAL, 0, 1, 'x');
        closes(0x105, QuicStreamType.BIDIRECTIONAL, 4, 0);
        closes(0x105, QuicStreamType.BIDIRECTIONAL, 2, 0);
        for (int type : new int[] {3, 5, 6, 7, 8, 9, 0xd}) {
            closes(0x105, QuicStreamType.BIDIRECTIONAL, type, 1, 0);
        }
        byte[] whole = Http3Peer.join(Http3Peer.headers(post()), Http3Peer.headers("x-sum", "1"));
        closes(0x105, QuicStreamType.BIDIRECTIONAL, Http3Peer.join(whole, Http3Peer.data("more")));
        closes(0x105, QuicStreamType.BIDIRECTIONAL, Http3Peer.join(whole, Http3Peer.headers("x-sum", "2")));
        for (int type : new int[] {0, 1, 5, 6, 8, 9}) {
            closes(0x105, QuicStreamType.UNIDIRECTIONAL, 0, 4, 0, type, 1, 0);
        }
        closes(0x106, QuicStreamType.UNIDIRECTIONAL, 0, 4, 1, 6);
        closes(0x109, QuicStreamType.UNIDIRECTIONAL, 0, 4, 4, 6, 1, 6, 1);
        closes(0x108, QuicStreamType.UNIDIRECTIONAL, 0, 4, 0, 7, 1, 1, 7, 1, 5);
        closes(0x10a, QuicStreamType.UNIDIRECTIONAL, 0, 7, 1, 0);
        closes(0x105, QuicStreamType.UNIDIRECTIONAL, 0, 4, 0, 4, 0);
        closes(0x109, QuicStreamType.UNIDIRECTIONAL, 0, 4, 2, 2, 0);
        closes(0x103, QuicStreamType.UNIDIRECTIONAL, 1, 0);
        closes(0x108, QuicStreamType.UNIDIRECTIONAL, 0, 4, 0, 0xd, 1, 5, 0xd, 1, 4);
    }

    @Test
    void compression_that_needs_a_table_ends_the_connection() throws Exception {
        closes(0x200, QuicStreamType.BIDIRECTIONAL, 1, 3, 0, 0, 0x80);
        closes(0x200, QuicStreamType.BIDIRECTIONAL, 1, 2, 1, 0);
        closes(0x200, QuicStreamType.BIDIRECTIONAL, 1, 4, 0, 0, 0xff, 0x40);
        closes(0x201, QuicStreamType.UNIDIRECTIONAL, 2, 0x3f, 1);
        closes(0x202, QuicStreamType.UNIDIRECTIONAL, 3, 0x80);
    }

    @Test
    void a_control_stream_that_ends_takes_the_connection_along() throws Exception {
        try (Http3Peer peer = peer()) {
            peer.stream(QuicStreamType.UNIDIRECTIONAL).send(true, 0, 4, 0);
            assertEquals(0x104, peer.closed.get(20, TimeUnit.SECONDS).error());
        }
    }

    @Test
    void what_is_not_known_is_skipped() throws Exception {
        try (Http3Peer peer = peer()) {
            peer.stream(QuicStreamType.UNIDIRECTIONAL).send(false, 0x21, 1, 2, 3);
            byte[] head = Http3Peer.headers(GET);
            byte[] unknown = Http3Peer.frame(0x21, new byte[100]);
            byte[] both = Arrays.copyOf(unknown, unknown.length + head.length);
            System.arraycopy(head, 0, both, unknown.length, head.length);
            Http3Peer.RawStream stream =
                    peer.stream(QuicStreamType.BIDIRECTIONAL).send(true, both);
            assertTrue(stream.answered.get(20, TimeUnit.SECONDS).length > 0);
        }
    }

    @Test
    void streams_that_are_broken_again_and_again_end_the_connection() throws Exception {
        try (Http3Peer peer = peer()) {
            for (int i = 0; i < 400 && !peer.closed.isDone(); i++) {
                peer.stream(QuicStreamType.BIDIRECTIONAL).send(true, new byte[0]);
            }
            assertEquals(0x107, peer.closed.get(20, TimeUnit.SECONDS).error());
        } catch (ExecutionException e) {
            assertTrue(e.getMessage() != null, "the connection was closed while a stream was opened");
        }
    }
}

package io.leba.plugin.protocol.http.h3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Identity;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.codec.quic.QuicStreamType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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

    private static HttpOrigin origin;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        Identity identity = Identity.in(folder);
        origin = HttpOrigin.named("one");
        node = TestNode.start("""
                shutdown_timeout: 1s
                frontend_services:
                  - name: web
                    protocol: https
                    address: 127.0.0.1
                    port: 0
                    http3: {enabled: true}
                    timeouts: {request_head: 400ms}
                    tls: {cert_file: %s, key_file: %s}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http}
                """.formatted(identity.certificateFile(), identity.keyFile(), origin.port()));
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        origin.close();
    }

    private static Http3Peer peer() throws Exception {
        return Http3Peer.raw(node.address("web"));
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
        try (Http3Peer peer = peer()) {
            peer.stream(type).send(false, bytes);
            assertEquals(code, peer.closed.get(20, TimeUnit.SECONDS).error());
        }
    }

    @Test
    void malformed_requests_are_reset_with_message_error() throws Exception {
        int before = origin.requests().size();
        resets(0x10e, Http3Peer.headers(":method", "GET", ":scheme", "https", ":authority", "localhost"), true);
        resets(0x10e, Http3Peer.headers(with("Upper", "case")), true);
        resets(0x10e, Http3Peer.headers(with("connection", "close")), true);
        resets(0x10e, Http3Peer.headers(with("transfer-encoding", "chunked")), true);
        resets(0x10e, Http3Peer.headers(with("x", "a\r\nb: c")), true);
        resets(0x10e, Http3Peer.headers(with(":method", "GET")), true);
        resets(0x10e, Http3Peer.headers(with("host", "other")), true);
        resets(0x10e, Http3Peer.headers(with("content-length", "5")), true);
        resets(0x10e, Http3Peer.headers(with("content-length", "1", "content-length", "1")), true);
        assertTrue(
                origin.requests().stream().allMatch(request -> request.target().equals("/")));
        assertEquals(9, origin.requests().size() - before, "only those that were right");
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

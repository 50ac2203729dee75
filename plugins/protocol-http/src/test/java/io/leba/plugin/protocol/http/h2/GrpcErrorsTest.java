package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.HttpGroup;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.spi.config.ByteSize;
import io.leba.spi.protocol.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers of gRPC hear when a call fails on its way to a backend that speaks HTTP/2: a status and nothing else, counted once. */
class GrpcErrorsTest {
    private static final String OK = "OK";
    private static final String UNAVAILABLE = "UNAVAILABLE";
    private static final String DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED";

    private final Proxy proxy = Proxy.toHttp2();
    private final List<AutoCloseable> backends = new ArrayList<>();
    private final List<Peer.Call> held = new CopyOnWriteArrayList<>();
    private SocketPeer client;

    @AfterEach
    void close() throws Exception {
        client.close();
        Eventually.until(() -> proxy.group().inFlight() == 0);
        proxy.close();
        for (AutoCloseable backend : backends) {
            backend.close();
        }
        assertEquals(0, proxy.kernel().open(), "exchanges that are entered and not exited");
    }

    private void start() throws IOException {
        proxy.start(0);
        client = new SocketPeer(proxy.address());
    }

    private Http2Origin start(Consumer<Peer.Call> answering) throws IOException {
        Http2Origin origin = Http2Origin.with(answering);
        backends.add(origin);
        proxy.group().add(origin.address());
        start();
        return origin;
    }

    private Peer.Call ask(String... fields) {
        return at("/shop.Orders/Place", fields);
    }

    private Peer.Call at(String path, String... fields) {
        List<String> all = new ArrayList<>(List.of("content-type", "application/grpc", "te", "trailers"));
        all.addAll(List.of(fields));
        Peer.Call call = client.peer.ask("POST", path, false, all.toArray(String[]::new));
        call.stream.send(Peer.buf("\0\0\0\0\0"), true);
        return call;
    }

    private void ends(Peer.Call call, int status, String reason) throws IOException {
        client.until(() -> call.isEnded || call.fault != null);
        assertNull(call.fault);
        assertEquals(1, call.heads.size());
        String head = call.heads.get(0);
        assertTrue(head.startsWith("HTTP/1.1 200 \r\n"), head);
        assertTrue(head.contains("\r\ncontent-type: application/grpc\r\n"), head);
        assertTrue(head.contains("\r\ngrpc-status: " + status + "\r\n"), head);
        assertTrue(head.contains("\r\ngrpc-message: LEBA: " + reason + "\r\n"), head);
        assertEquals("", call.body.toString());
        assertNull(call.trailers, "the head is the last frame");
    }

    private void counted(Map<String, Integer> byCode) {
        for (String code :
                List.of(OK, "CANCELLED", UNAVAILABLE, DEADLINE_EXCEEDED, "INTERNAL", "UNKNOWN", "RESOURCE_EXHAUSTED")) {
            assertEquals(
                    byCode.getOrDefault(code, 0).longValue(), proxy.count("leba_grpc_responses", "code", code), code);
        }
    }

    /** A backend that takes connections and never says a word of HTTP/2. */
    private void silent() {
        Origin origin = Origin.with(Origin.Connection::readAll);
        backends.add(origin);
        proxy.group().add(origin.address());
    }

    // Instead of 502.

    @Test
    void a_backend_that_takes_no_connection_is_unavailable() throws IOException {
        try (ServerSocket closed = new ServerSocket()) {
            closed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            proxy.group().add((InetSocketAddress) closed.getLocalSocketAddress());
        }
        start();
        ends(ask(), 14, "connect_failed");
        counted(Map.of(UNAVAILABLE, 1));
        assertEquals(1, proxy.refusals("connect_failed"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"INTERNAL_ERROR", "CANCEL", "REFUSED_STREAM", "NO_ERROR"})
    void a_backend_that_resets_the_call_is_unavailable(ErrorCode code) throws IOException {
        start(call -> call.stream.reset(code));
        ends(ask(), 14, "backend_closed");
        counted(Map.of(UNAVAILABLE, 1));
        assertEquals(1, proxy.refusals("backend_closed"));
    }

    @Test
    void a_backend_that_breaks_the_protocol_is_an_internal_error() throws IOException {
        start(call -> call.stream.sendHead(
                e -> {
                    e.status(200);
                    Peer.field(e, "transfer-encoding", "chunked");
                },
                false));
        ends(ask(), 13, "bad_response");
        counted(Map.of("INTERNAL", 1));
        assertEquals(List.of(Outcome.BACKEND_PROTOCOL), proxy.group().outcomes());
    }

    @Test
    void a_backend_with_too_large_a_head_is_an_internal_error() throws IOException {
        start(call -> call.stream.sendHead(
                e -> {
                    e.status(200);
                    for (int i = 0; i < 80; i++) {
                        Peer.field(e, "x-" + i, "v".repeat(1_000));
                    }
                },
                false));
        Peer.Call call = ask();
        client.until(() -> call.isEnded);
        assertTrue(call.heads.get(0).contains("\r\ngrpc-status: 13\r\n"), call.heads.get(0));
        counted(Map.of("INTERNAL", 1));
    }

    // Instead of 503.

    @Test
    void a_backend_without_room_for_a_stream_is_unavailable() throws IOException {
        proxy.giving(new HttpGroup.Http2(1, 1, 0, new ByteSize(64 << 10)));
        Http2Origin origin = Http2Origin.with(held::add);
        backends.add(origin);
        proxy.group().add(origin.address());
        start();
        ends(ask(), 14, "no_stream");
        counted(Map.of(UNAVAILABLE, 1));
        assertEquals(1, proxy.refusals("no_stream"));
        assertEquals(List.of(Outcome.UNAVAILABLE), proxy.group().outcomes());
    }

    @Test
    void a_group_without_backends_is_unavailable() throws IOException {
        start();
        ends(ask(), 14, "no_backend");
        counted(Map.of(UNAVAILABLE, 1));
    }

    // Instead of 504.

    @Test
    void a_backend_that_does_not_connect_in_time_is_unavailable() throws IOException {
        silent();
        proxy.group().retries(0);
        start();
        Peer.Call call = ask();
        client.until(() -> proxy.group().picks() == 1);
        proxy.turn(proxy.group().connectTimeout().plusSeconds(1));
        ends(call, 14, "connect_timeout");
        counted(Map.of(UNAVAILABLE, 1));
    }

    @Test
    void a_backend_that_does_not_answer_in_time_has_exceeded_the_deadline() throws IOException {
        start(held::add);
        Peer.Call call = ask();
        client.until(() -> held.size() == 1);
        proxy.turn(Duration.ofSeconds(61));
        ends(call, 4, "first_byte_timeout");
        client.until(() -> held.get(0).fault != null);
        counted(Map.of(DEADLINE_EXCEEDED, 1));
        assertEquals(List.of(Outcome.BACKEND_TIMEOUT), proxy.group().outcomes());
    }

    @Test
    void tries_that_take_too_long_together_have_exceeded_the_deadline() throws IOException {
        HttpGroup.Retry of = Proxy.retry(5, "timeout");
        proxy.retrying(new HttpGroup.Retry(
                of.retryOn(),
                of.attempts(),
                Optional.empty(),
                Optional.of(Duration.ofSeconds(2)),
                of.budget(),
                of.budgetFloor(),
                of.backoff(),
                of.maxBackoff(),
                of.buffer(),
                true));
        start(held::add);
        Peer.Call call = ask();
        client.until(() -> held.size() == 1);
        proxy.turn(Duration.ofMillis(2_200));
        ends(call, 4, "retry_timeout");
        counted(Map.of(DEADLINE_EXCEEDED, 1));
    }

    // Limits, and what is malformed.

    @Test
    void a_body_that_is_too_large_exhausts_a_resource() throws IOException {
        proxy.limited(Proxy.limits(32 << 10, 8 << 10, 100, Optional.of(new ByteSize(4))));
        start(held::add);
        ends(ask(), 8, "body_too_large");
        counted(Map.of("RESOURCE_EXHAUSTED", 1));
        assertEquals(List.of(Outcome.CLIENT_ERROR), proxy.kernel().exits());
    }

    @Test
    void what_a_call_must_not_ask_for_is_an_internal_error() throws IOException {
        start(held::add);
        ends(ask("expect", "a-miracle"), 13, "expectation_failed");
        counted(Map.of("INTERNAL", 1));
        assertTrue(held.isEmpty());
    }

    /** Nobody knows yet whether it is a call; callers take the status for INTERNAL. */
    @Test
    void a_head_that_cannot_be_read_is_answered_as_any_other() throws IOException {
        start(held::add);
        Peer.Call call = at("/shop.Orders/../Place");
        client.until(() -> call.isEnded);
        assertTrue(call.heads.get(0).startsWith("HTTP/1.1 400 \r\n"), call.heads.get(0));
        counted(Map.of());
        assertTrue(held.isEmpty());
    }

    // grpc-timeout.

    @ParameterizedTest
    @CsvSource({"1H, 3600000", "2M, 120000", "3S, 3000", "4500m, 4500", "2500000u, 2500", "99999999n, 100"})
    void the_caller_s_time_ends_the_call_and_the_backend_s_stream(String timeout, long millis) throws IOException {
        proxy.with(patient());
        Http2Origin origin = start(held::add);
        Peer.Call call = ask("grpc-timeout", timeout);
        client.until(() -> held.size() == 1);
        assertTrue(held.get(0).heads.get(0).contains("\r\ngrpc-timeout: " + timeout + "\r\n"));
        proxy.turn(Duration.ofMillis(millis - 50));
        client.turn();
        assertFalse(call.isEnded);
        proxy.turn(Duration.ofMillis(300));
        ends(call, 4, "deadline_exceeded");
        client.until(() -> held.get(0).fault != null);
        assertEquals(1, origin.connections().size());
        assertFalse(origin.connections().get(0).isEnded(), "other calls go on");
        counted(Map.of(DEADLINE_EXCEEDED, 1));
        assertEquals(1, proxy.refusals("deadline_exceeded"));
    }

    /** Nothing but the deadline ends what this one serves. */
    private static HttpConfig patient() {
        HttpConfig all = Proxy.config();
        Duration day = Duration.ofDays(1);
        return new HttpConfig(
                all.trustedProxies(),
                all.via(),
                all.forwarded(),
                all.pathPolicy(),
                all.keepAliveRequests(),
                new HttpConfig.Timeouts(all.timeouts().requestHead(), Duration.ZERO, day, day, day),
                all.limits(),
                all.http2(),
                all.http3(),
                all.upgrade(),
                all.grpc());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "S", "1s", "1X", "-1S", "+1S", "1.5S", "123456789S", "1 S", "1S,2S"})
    void a_time_that_is_none_bounds_nothing(String timeout) throws IOException {
        proxy.with(patient());
        start(held::add);
        Peer.Call call = ask("grpc-timeout", timeout);
        client.until(() -> held.size() == 1);
        proxy.turn(Duration.ofHours(3));
        client.turn();
        assertFalse(call.isEnded);
        proxy.turn(Duration.ofHours(22));
        ends(call, 4, "first_byte_timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0S", "0n", "00000000H"})
    void a_caller_without_time_is_told_so(String timeout) throws IOException {
        start(held::add);
        Peer.Call call = ask("grpc-timeout", timeout);
        client.until(() -> proxy.kernel().open() == 1 || call.isEnded);
        proxy.turn(Duration.ofMillis(200));
        ends(call, 4, "deadline_exceeded");
        counted(Map.of(DEADLINE_EXCEEDED, 1));
    }

    @Test
    void time_that_passes_before_a_stream_is_there_counts() throws IOException {
        silent();
        start();
        Peer.Call call = ask("grpc-timeout", "1S");
        client.until(() -> proxy.group().picks() == 1);
        proxy.turn(Duration.ofMillis(1_200));
        ends(call, 4, "deadline_exceeded");
        proxy.turn(Duration.ofSeconds(30));
        counted(Map.of(DEADLINE_EXCEEDED, 1));
    }

    @Test
    void a_deadline_holds_over_all_tries() throws IOException {
        HttpGroup.Retry of = Proxy.retry(5, "timeout");
        proxy.retrying(new HttpGroup.Retry(
                of.retryOn(),
                of.attempts(),
                Optional.of(Duration.ofSeconds(1)),
                Optional.empty(),
                of.budget(),
                of.budgetFloor(),
                Duration.ZERO,
                Duration.ZERO,
                of.buffer(),
                true));
        start(held::add);
        Peer.Call call = ask("grpc-timeout", "1500m");
        client.until(() -> held.size() == 1);
        proxy.turn(Duration.ofMillis(1_200));
        client.until(() -> held.size() == 2);
        proxy.turn(Duration.ofMillis(500));
        ends(call, 4, "deadline_exceeded");
        counted(Map.of(DEADLINE_EXCEEDED, 1));
    }

    // What is counted.

    @Test
    void each_call_is_counted_once_however_often_it_was_tried() throws IOException {
        List<String> paths = new CopyOnWriteArrayList<>();
        start(call -> Http2Origin.whole(call, () -> {
            paths.add(call.heads.get(0));
            if (paths.size() % 2 == 1) {
                call.stream.reset(ErrorCode.REFUSED_STREAM);
                return;
            }
            call.stream.sendHead(
                    e -> {
                        e.status(200);
                        Peer.field(e, "content-type", "application/grpc");
                    },
                    false);
            call.stream.end("grpc-status: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }));
        for (int i = 1; i <= 3; i++) {
            Peer.Call call = ask();
            client.until(() -> call.isEnded);
            assertEquals("grpc-status: 0\r\n\r\n", call.trailers);
            assertEquals(2 * i, paths.size());
        }
        Peer.Call other = client.peer.ask("POST", "/form", true, "content-type", "text/plain");
        client.until(() -> other.isEnded);
        counted(Map.of(OK, 3));
        assertEquals(4, proxy.count("leba_http_responses", "code", "2xx"));
    }
}

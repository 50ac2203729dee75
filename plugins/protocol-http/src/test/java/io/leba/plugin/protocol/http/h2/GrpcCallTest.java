package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.spi.config.ByteSize;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.CompletedExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gRPC calls: how they end, and what is made of it. */
class GrpcCallTest {
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final Proxy proxy = Proxy.onNio();
    private Origin origin = Origin.with(connection -> connection.readAll());
    private SocketPeer client;

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        origin.close();
        assertEquals(0, proxy.kernel().open(), "exchanges that are entered and not exited");
    }

    private void start(Origin.Script script) throws IOException {
        origin = Origin.with(script);
        proxy.start(origin.address());
        client = new SocketPeer(proxy.address());
    }

    private Peer.Call open(String... fields) {
        String[] all = new String[fields.length + 4];
        all[0] = "content-type";
        all[1] = "application/grpc+proto";
        all[2] = "te";
        all[3] = "trailers";
        System.arraycopy(fields, 0, all, 4, fields.length);
        return client.peer.ask("POST", "/shop.Orders/Place", false, all);
    }

    private Peer.Call call(String... fields) throws IOException {
        Peer.Call call = open(fields);
        call.stream.send(Peer.buf("\0\0\0\0\0"), true);
        client.until(() -> call.isEnded || call.fault != null);
        assertNull(call.fault);
        return call;
    }

    private long ended(String status) {
        return proxy.count("leba_grpc_responses", "code", status);
    }

    private void assertTrailersOnly(Peer.Call call, String status, String message) {
        String head = call.heads.get(0);
        assertTrue(head.startsWith("HTTP/1.1 200 \r\n"), head);
        assertTrue(head.contains("\r\ncontent-type: application/grpc+proto\r\n"), head);
        assertTrue(head.contains("\r\ngrpc-status: " + status + "\r\n"), head);
        assertTrue(head.contains("\r\ngrpc-message: " + message + "\r\n"), head);
        assertEquals("", call.body.toString());
        assertNull(call.trailers);
    }

    @Test
    void whatLebaItselfAnswersIsAStatus() throws IOException {
        proxy.start();
        client = new SocketPeer(proxy.address());

        assertTrailersOnly(call(), "14", "LEBA: no_backend");
        assertEquals(1, ended("UNAVAILABLE"));
        assertEquals(1, proxy.count("leba_http_responses", "code", "2xx"));
        assertEquals(1, proxy.refusals("no_backend"));
    }

    @Test
    void aCallThatNobodyServesIsUnimplemented() throws IOException {
        proxy.withoutDefault().start();
        client = new SocketPeer(proxy.address());

        assertTrailersOnly(call(), "12", "LEBA: no_route");
    }

    @Test
    void anyOtherRequestGetsAnHttpStatus() throws IOException {
        proxy.start();
        client = new SocketPeer(proxy.address());
        Peer.Call call = client.peer.ask("POST", "/", true, "content-type", "application/grpcx");
        client.until(() -> call.isEnded);

        assertTrue(call.heads.get(0).startsWith("HTTP/1.1 503 \r\n"), call.heads.get(0));
        assertEquals(0, ended("UNAVAILABLE"));
    }

    @Test
    void gRpcWebIsAnsweredInItsOwnType() throws IOException {
        proxy.start();
        client = new SocketPeer(proxy.address());
        Peer.Call call = client.peer.ask("POST", "/", true, "content-type", "application/grpc-web-text");
        client.until(() -> call.isEnded);

        String head = call.heads.get(0);
        assertTrue(head.contains("content-type: application/grpc-web-text\r\ngrpc-status: 14\r\n"), head);
    }

    @Test
    void aFiltersAnswerIsAStatus() throws IOException {
        HttpAnswer answer = new HttpAnswer(
                403,
                List.of(Map.entry("content-type", "text/plain"), Map.entry("x-why", "because")),
                "not you, grün\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "acl");
        proxy.filter(new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                return Verdict.answer(answer);
            }
        });
        start(connection -> connection.readAll());
        Peer.Call call = call();

        assertTrailersOnly(call, "7", "not you, gr%C3%BCn");
        assertTrue(call.heads.get(0).contains("\r\nx-why: because\r\n"), call.heads.get(0));
        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.CLIENT_ERROR)));
        assertEquals(1, ended("PERMISSION_DENIED"));
    }

    @ParameterizedTest
    @CsvSource({
        "0,OK,SUCCESS",
        "5,NOT_FOUND,SUCCESS",
        "12,UNIMPLEMENTED,SUCCESS",
        "2,UNKNOWN,BACKEND_ERROR",
        "13,INTERNAL,BACKEND_ERROR",
        "14,UNAVAILABLE,BACKEND_ERROR",
        "4,DEADLINE_EXCEEDED,BACKEND_TIMEOUT",
        "77,UNKNOWN,BACKEND_ERROR"
    })
    void theStatusBehindTheResponseIsTheOutcome(String code, String name, Outcome outcome) throws IOException {
        start(connection -> {
            connection.readRequest();
            connection.write(HEAD + "5\r\n\0\0\0\0\0\r\n0\r\ngrpc-status: " + code + "\r\n\r\n");
        });
        Peer.Call call = call();

        assertEquals("grpc-status: " + code + "\r\n\r\n", call.trailers);
        Eventually.until(() -> proxy.kernel().exits().equals(List.of(outcome)));
        assertEquals(List.of(outcome), proxy.group().outcomes());
        assertEquals(1, ended(name));
    }

    @Test
    void aStatusWithoutAMessageIsTheOutcomeToo() throws IOException {
        start(connection -> {
            connection.readRequest();
            connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 14\r\nContent-Length: 0\r\n\r\n");
        });
        call();

        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.BACKEND_ERROR)));
        assertEquals(1, ended("UNAVAILABLE"));
    }

    @Test
    void anAnswerThatIsNoGrpcIsTakenAsCallersTakeIt() throws IOException {
        start(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
        });
        call();

        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.SUCCESS)));
        assertEquals(1, ended("UNIMPLEMENTED"));
    }

    @Test
    void theStatusIsReported() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        proxy.listener(exchange -> exchange.attributes(new CompletedExchange.AttributeVisitor() {
            @Override
            public void text(String name, CharSequence value) {}

            @Override
            public void number(String name, long value) {
                told.add(name + "=" + value);
            }
        }));
        start(connection -> {
            connection.readRequest();
            connection.write(HEAD + "0\r\ngrpc-status: 9\r\n\r\n");
        });
        call();

        Eventually.until(() -> told.equals(List.of("status=200", "grpc_status=9")));
    }

    @Test
    void theCallersTimeoutEndsTheCall() throws IOException {
        start(connection -> connection.readAll());
        Peer.Call call = open("grpc-timeout", "2S");
        call.stream.send(Peer.buf("\0\0\0\0\0"), true);
        client.until(() -> origin.received().contains("grpc-timeout: 2S"));
        proxy.turn(Duration.ofMillis(1900));
        client.turn();
        assertFalse(call.isEnded);
        proxy.turn(Duration.ofMillis(300));
        client.until(() -> call.isEnded);

        assertTrailersOnly(call, "4", "LEBA: deadline_exceeded");
        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.BACKEND_TIMEOUT)));
        Eventually.until(() -> origin.connections().get(0).isEnded());
    }

    @Test
    void aCallThatIsOverIsNotEndedAgain() throws IOException {
        start(connection -> {
            for (int i = 0; i < 2; i++) {
                connection.readRequest();
                connection.write(HEAD + "0\r\ngrpc-status: 0\r\n\r\n");
            }
        });
        call("grpc-timeout", "2S");
        proxy.turn(Duration.ofSeconds(3));
        call();

        assertEquals(2, ended("OK"));
        assertEquals(0, ended("DEADLINE_EXCEEDED"));
    }

    @Test
    void theConfigurationBoundsCalls() throws IOException {
        HttpConfig defaults = Proxy.config();
        proxy.with(new HttpConfig(
                defaults.trustedProxies(),
                defaults.via(),
                defaults.forwarded(),
                defaults.pathPolicy(),
                defaults.keepAliveRequests(),
                defaults.timeouts(),
                Proxy.limits(32 << 10, 8 << 10, 100, Optional.of(new ByteSize(10))),
                defaults.http2(),
                defaults.http3(),
                defaults.upgrade(),
                new HttpConfig.Grpc(Optional.of(Duration.ofSeconds(1)))));
        start(connection -> connection.readAll());
        Peer.Call asked = open("grpc-timeout", "1H");
        Peer.Call unasked = open();
        client.until(() -> origin.received().split("grpc", -1).length > 3);
        proxy.turn(Duration.ofMillis(1200));
        client.until(() -> asked.isEnded && unasked.isEnded);
        Peer.Call tooLarge = open();
        tooLarge.stream.send(Peer.buf("x".repeat(11)), true);
        client.until(() -> tooLarge.isEnded);

        assertTrailersOnly(asked, "4", "LEBA: deadline_exceeded");
        assertTrailersOnly(unasked, "4", "LEBA: deadline_exceeded");
        assertTrailersOnly(tooLarge, "8", "LEBA: body_too_large");
    }

    @Test
    void aResponseThatLastsTooLongEndsWithAStatus() throws IOException {
        start(connection -> {
            connection.readRequest();
            connection.write(HEAD + "5\r\n\0\0\0\0\0\r\n");
            connection.readAll();
        });
        Peer.Call call = open("grpc-timeout", "1500m");
        call.stream.send(Peer.buf("\0\0\0\0\0"), true);
        client.until(() -> call.body.length() == 5);
        proxy.turn(Duration.ofSeconds(2));
        client.until(() -> call.isEnded);

        assertEquals("grpc-status: 4\r\ngrpc-message: LEBA: deadline_exceeded\r\n\r\n", call.trailers);
        assertNull(call.fault);
        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.BACKEND_TIMEOUT)));
        assertEquals(1, ended("DEADLINE_EXCEEDED"));
        assertEquals(1, proxy.refusals("deadline_exceeded"));
    }

    @Test
    void aBackendThatDiesInMidResponseIsUnavailable() throws IOException {
        start(connection -> {
            connection.readRequest();
            connection.write(HEAD + "5\r\n\0\0\0\0\0\r\n");
            connection.reset();
        });
        Peer.Call call = call();

        assertEquals("grpc-status: 14\r\ngrpc-message: LEBA: backend_closed\r\n\r\n", call.trailers);
        Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.BACKEND_RESET)));
        assertEquals(List.of(Outcome.BACKEND_RESET), proxy.group().outcomes());
    }

    @Test
    void aResponseOfKnownLengthThatBreaksOffIsReset() throws IOException {
        start(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nContent-Length: 9\r\n\r\n\0\0\0\0");
            connection.reset();
        });
        Peer.Call call = open();
        call.stream.send(Peer.buf("\0\0\0\0\0"), true);
        client.until(() -> call.fault != null);

        assertNull(call.trailers);
    }

    @Test
    void aCallerThatGivesUpIsCancelled() throws IOException {
        start(connection -> connection.readAll());
        Peer.Call call = open();
        client.until(() -> origin.received().contains("/shop.Orders/Place"));
        call.stream.reset(io.leba.plugin.protocol.http.h2.frame.ErrorCode.CANCEL);
        client.until(() -> ended("CANCELLED") == 1);

        Eventually.until(() -> origin.connections().get(0).isEnded());
        assertEquals(List.of(Outcome.CLIENT_ABORTED), proxy.kernel().exits());
    }
}

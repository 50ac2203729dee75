package io.leba.plugin.protocol.http.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.HeadLimits;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.protocol.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTextTest {
    private static RequestHead head(String fields) {
        byte[] bytes = ("POST /a.B/C HTTP/1.1\r\nhost: a\r\n" + fields + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        head.append(bytes, bytes.length);
        assertEquals(bytes.length, head.scan(new HeadLimits(4096, 1024, 100)));
        return head;
    }

    private static String kind(String contentType) {
        RequestHead head = head("x: y\r\nContent-Type: " + contentType + "\r\n");
        int field = GrpcText.contentType(head);
        return field < 0 ? "none" : GrpcText.isWeb(head, field) ? "web" : "grpc";
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc,grpc",
        "application/grpc+proto,grpc",
        "Application/GRPC;charset=x,grpc",
        "application/grpc ; x,grpc",
        "application/grpc-web,web",
        "application/grpc-web+json,web",
        "application/grpc-web-text,web",
        "application/grpc-web-text+proto,web",
        "application/grpcx,none",
        "application/grpc-webby,none",
        "application/grp,none",
        "application/json,none"
    })
    void aCallIsKnownByItsContentType(String contentType, String expected) {
        assertEquals(expected, kind(contentType));
    }

    @Test
    void aRequestWithoutAContentTypeIsNoCall() {
        assertEquals(-1, GrpcText.contentType(head("")));
    }

    @ParameterizedTest
    @CsvSource({
        "1H,3600000",
        "2M,120000",
        "3S,3000",
        "40m,40",
        "1u,1",
        "1500u,2",
        "1n,1",
        "99999999n,100",
        "0S,0",
        "99999999H,359999996400000"
    })
    void aTimeoutIsReadInAllUnits(String text, long millis) {
        assertEquals(millis, GrpcTimeout.millis(text.getBytes(StandardCharsets.US_ASCII), 0, text.length()));
        assertEquals(millis, GrpcText.timeoutMillis(head("grpc-timeout: " + text + "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "1", "1s", "-1S", "1.5S", "123456789S", "1 S", "S1"})
    void whatIsNoTimeoutIsNone(String text) {
        assertEquals(GrpcTimeout.NONE, GrpcTimeout.millis(text.getBytes(StandardCharsets.US_ASCII), 0, text.length()));
        assertEquals(GrpcTimeout.NONE, GrpcText.timeoutMillis(head("")));
    }

    private static GrpcStatus inTrailers(String lines) {
        return GrpcText.status(new Bytes(16).put(lines));
    }

    @Test
    void theStatusIsFoundInTrailers() {
        assertEquals(GrpcStatus.NOT_FOUND, inTrailers("grpc-message: x\r\nGrpc-Status:  5\r\nx: y\r\n\r\n"));
        assertEquals(GrpcStatus.UNAUTHENTICATED, inTrailers("grpc-status:16\r\n\r\n"));
        assertEquals(GrpcStatus.UNKNOWN, inTrailers("grpc-status: 17\r\n\r\n"));
        assertEquals(GrpcStatus.UNKNOWN, inTrailers("grpc-status: 0x\r\n\r\n"));
        assertEquals(GrpcStatus.UNKNOWN, inTrailers("grpc-status: 100\r\n\r\n"));
        assertEquals(GrpcStatus.UNKNOWN, inTrailers("grpc-status:\r\n\r\n"));
        assertNull(inTrailers("grpc-status-details-bin: AA\r\nx-grpc-status: 1\r\n\r\n"));
    }

    @Test
    void aMessageIsEscapedAndCut() {
        assertEquals("a b~ 100%25 gr%C3%BCn%0A%09%7F", GrpcText.encoded("a b~ 100% grün\n\t\u007f"));
        assertEquals(1024, GrpcText.encoded("x".repeat(5000)).length());
        Bytes trailers = GrpcText.trailers(GrpcStatus.UNAVAILABLE, "LEBA: no\nbackend");
        assertEquals(
                "grpc-status: 14\r\ngrpc-message: LEBA: no%0Abackend\r\n\r\n",
                new String(trailers.array(), 0, trailers.length(), StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "NO_BACKEND,UNAVAILABLE",
        "CONNECT_FAILED,UNAVAILABLE",
        "CONNECT_TIMEOUT,UNAVAILABLE",
        "BACKEND_CLOSED,UNAVAILABLE",
        "BAD_RESPONSE,INTERNAL",
        "INTERNAL_ERROR,INTERNAL",
        "BAD_HOST,INTERNAL",
        "FIRST_BYTE_TIMEOUT,DEADLINE_EXCEEDED",
        "RESPONSE_TIMEOUT,DEADLINE_EXCEEDED",
        "DEADLINE_EXCEEDED,DEADLINE_EXCEEDED",
        "BODY_TIMEOUT,DEADLINE_EXCEEDED",
        "BODY_TOO_LARGE,RESOURCE_EXHAUSTED",
        "HEAD_TOO_LARGE,RESOURCE_EXHAUSTED",
        "NO_ROUTE,UNIMPLEMENTED",
        "CLIENT_ABORTED,CANCELLED"
    })
    void eachReasonHasAStatus(Reason reason, GrpcStatus status) {
        assertEquals(status, GrpcStatus.of(reason));
    }

    @Test
    void aStatusSaysWhetherTheBackendFailed() {
        assertEquals(Outcome.SUCCESS, GrpcStatus.OK.outcome());
        assertEquals(Outcome.SUCCESS, GrpcStatus.NOT_FOUND.outcome());
        assertEquals(Outcome.SUCCESS, GrpcStatus.UNIMPLEMENTED.outcome());
        assertEquals(Outcome.BACKEND_ERROR, GrpcStatus.UNAVAILABLE.outcome());
        assertEquals(Outcome.BACKEND_ERROR, GrpcStatus.UNKNOWN.outcome());
        assertEquals(Outcome.BACKEND_TIMEOUT, GrpcStatus.DEADLINE_EXCEEDED.outcome());
        assertEquals(GrpcStatus.UNKNOWN, GrpcStatus.of(99));
        assertEquals(GrpcStatus.UNAVAILABLE, GrpcStatus.ofHttp(503));
        assertEquals(GrpcStatus.UNKNOWN, GrpcStatus.ofHttp(200));
        assertEquals(GrpcStatus.UNKNOWN, GrpcStatus.ofOwn(302));
    }
}

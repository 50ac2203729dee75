package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.answer.StatusPhrase;
import io.leba.plugin.protocol.http.grpc.GrpcStatus;
import io.leba.plugin.protocol.http.grpc.GrpcText;
import io.leba.plugin.protocol.http.grpc.GrpcTimeout;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.HeadText;
import io.leba.plugin.protocol.http.head.Method;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What gRPC adds to an exchange: it ends when the caller no longer waits, the status behind its response says how it went, and
 * what LEBA or a filter has to say is said as such a status. One of an exchange object, made with its first call. On its loop.
 */
final class GrpcCall {
    private static final long LONGEST_MILLIS = 365L * 24 * 3600 * 1000;

    private final Exchange exchange;
    private final Loop.Deadline deadline;
    private int contentType;
    private boolean isWeb;
    private GrpcStatus status;
    private Reason endedFor;

    GrpcCall(Exchange exchange) {
        this.exchange = exchange;
        this.deadline = exchange.loop().loop.deadline(() -> exchange.refuse(Reason.DEADLINE_EXCEEDED));
    }

    /** Whether a request whose head has been scanned is a call. */
    static boolean isOne(RequestHead head) {
        return head.method() == Method.POST && head.end() > 0 && GrpcText.contentType(head) >= 0;
    }

    /** It begins. */
    void begin() {
        RequestHead head = exchange.request();
        contentType = GrpcText.contentType(head);
        isWeb = GrpcText.isWeb(head, contentType);
        status = null;
        endedFor = null;
        long wanted = GrpcText.timeoutMillis(head);
        long most = exchange.engine().settings.grpcMillis;
        long millis = wanted == GrpcTimeout.NONE ? most : most > 0 ? Math.min(wanted, most) : wanted;
        if (millis > 0 || wanted == 0) {
            deadline.arm(Math.min(millis, LONGEST_MILLIS));
        }
    }

    /** How it ended; known at the end, before that null. */
    GrpcStatus status() {
        return status;
    }

    /** The backend's head has come, with the status if there is no message. */
    void headReceived() {
        status = GrpcText.status(exchange.response().head());
    }

    /** The response is complete, with what stands behind it; null: nothing. */
    void responseReceived(Bytes trailers) {
        if (trailers != null && status == null) {
            status = GrpcText.status(trailers);
        }
    }

    /** What LEBA says instead of the backend, before anything of a response was sent. */
    HttpAnswer answer(Reason reason) {
        status = GrpcStatus.of(reason);
        return new HttpAnswer(200, fields(List.of(), message(reason)), new byte[0], reason.word());
    }

    private static String message(Reason reason) {
        return "LEBA: " + reason.word();
    }

    /** A filter's answer as a call's; what is one already, or no error, stays as it is. */
    HttpAnswer translated(HttpAnswer answer) {
        if (answer.status() < 300) {
            return answer;
        }
        status = GrpcStatus.ofOwn(answer.status());
        String text = isText(answer)
                ? new String(answer.body(), StandardCharsets.UTF_8).strip()
                : answer.status() + " " + StatusPhrase.of(answer.status());
        return new HttpAnswer(200, fields(answer.headers(), text), new byte[0], answer.reason());
    }

    private static boolean isText(HttpAnswer answer) {
        return answer.body().length > 0
                && answer.headers().stream()
                        .anyMatch(field -> field.getKey().equalsIgnoreCase("content-type")
                                && field.getValue().startsWith("text/plain"));
    }

    private List<Map.Entry<String, String>> fields(List<Map.Entry<String, String>> others, String message) {
        RequestHead head = exchange.request();
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        fields.add(
                Map.entry("content-type", HeadText.of(head, head.valueStart(contentType), head.valueEnd(contentType))));
        fields.add(Map.entry("grpc-status", Integer.toString(status.ordinal())));
        fields.add(Map.entry("grpc-message", GrpcText.encoded(message)));
        others.stream()
                .filter(field -> !field.getKey().equalsIgnoreCase("content-type"))
                .forEach(fields::add);
        return fields;
    }

    /**
     * Ends a response that has begun and will not be complete: with the status, rather than with a reset, which callers take
     * for a fault of their connection. Ends the exchange, unless that cannot be.
     */
    boolean endResponse(Reason reason) {
        ResponseRelay response = exchange.response();
        FilterRun filters = exchange.filters();
        boolean takesTrailers = isWeb ? response.isSeen() : exchange.client().version() >= 20;
        boolean canEnd = endedFor == null
                && response.isOpen()
                && reason.outcome() != Outcome.CLIENT_ABORTED
                && takesTrailers
                && (filters == null || !filters.hasFailed());
        if (canEnd) {
            endedFor = reason;
            status = GrpcStatus.of(reason);
            exchange.delivery().leave(false);
            response.piece(Unpooled.EMPTY_BUFFER, true, GrpcText.trailers(status, message(reason)));
        }
        return canEnd;
    }

    /** The outcome of a response that is complete. */
    Outcome outcome() {
        if (endedFor != null) {
            return endedFor.outcome();
        }
        settle(exchange.response().status());
        return status.outcome();
    }

    /** Why LEBA ended it; empty if it did not. */
    String reason() {
        return endedFor == null ? "" : endedFor.word();
    }

    /**
     * The exchange is over.
     *
     * @param httpStatus what was sent; 0: nothing
     */
    void end(int httpStatus) {
        deadline.disarm();
        settle(httpStatus);
    }

    private void settle(int httpStatus) {
        if (status == null) {
            status = httpStatus == 0 ? GrpcStatus.CANCELLED : GrpcStatus.ofHttp(httpStatus);
        }
    }
}

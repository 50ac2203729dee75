package io.leba.plugin.protocol.http.answer;

import io.leba.spi.protocol.Outcome;
import java.util.Locale;

/**
 * Why LEBA itself answers a request, or ends an exchange without an answer. The word is the label of the metric {@code
 * leba_http_refusals} and the reason in access logs.
 */
public enum Reason {
    /** The start line is not {@code method SP target SP version CRLF} (RFC 9112 §3). */
    BAD_START_LINE(400),
    /** The method is not a token, or too long (RFC 9110 §9.1). */
    BAD_METHOD(400),
    /** The target has no valid form for its method, or has a dot segment or a broken or dangerous escape (RFC 9112 §3.2). */
    BAD_TARGET(400),
    /** The version is not {@code HTTP/1.0} or {@code HTTP/1.1}. */
    BAD_VERSION(400),
    /** A line does not end in CRLF, or has a control character in it (RFC 9112 §2.2). */
    BAD_LINE(400),
    /** A field name is empty, not a token, or followed by white space (RFC 9112 §5.1). */
    BAD_FIELD_NAME(400),
    /** A field line is folded (RFC 9112 §5.2). */
    FOLDED_FIELD(400),
    /** A field that LEBA acts on is written with underscores, which some backends take for hyphens. */
    DISGUISED_FIELD(400),
    /** {@code Host} is missing, repeated, invalid, or not that of the absolute target (RFC 9112 §3.2). */
    BAD_HOST(400),
    /** {@code Content-Length} is repeated, a list, or not a plain decimal number (RFC 9112 §6.3). */
    BAD_CONTENT_LENGTH(400),
    /** {@code Transfer-Encoding} is repeated, not exactly {@code chunked}, or in an HTTP/1.0 message (RFC 9112 §6.1). */
    BAD_TRANSFER_ENCODING(400),
    /** Both {@code Content-Length} and {@code Transfer-Encoding} are there (RFC 9112 §6.3). */
    CONFLICTING_LENGTHS(400),
    /** {@code Connection} is not a list of tokens, or names a field that is no matter of one hop (RFC 9110 §7.6.1). */
    BAD_CONNECTION(400),
    /** {@code Max-Forwards} of a TRACE or OPTIONS is repeated, or no number (RFC 9110 §7.6.2). */
    BAD_MAX_FORWARDS(400),
    /** A chunk is not framed as RFC 9112 §7.1 says. */
    BAD_CHUNK(400),
    /** A trailer section is malformed or holds a field that must not be there. */
    BAD_TRAILER(400),
    /** The method must not have content. */
    UNEXPECTED_BODY(400),
    /** No route matches and there is no default group. */
    NO_ROUTE(404),
    /** {@code CONNECT} is not served. */
    CONNECT_REFUSED(405),
    /** A TRACE that may go no further: LEBA itself does not reflect requests. */
    TRACE_ENDED(405),
    /** The request's head did not come in time. */
    HEAD_TIMEOUT(408),
    /** The request's body stalled. */
    BODY_TIMEOUT(408),
    /** The request's body comes more slowly than it must. */
    BODY_TOO_SLOW(408),
    /** The whole request did not come in time. */
    REQUEST_TIMEOUT(408),
    /** The body exceeds the limit. */
    BODY_TOO_LARGE(413),
    /** The target exceeds the limit. */
    TARGET_TOO_LONG(414),
    /** An expectation other than {@code 100-continue}. */
    EXPECTATION_FAILED(417),
    /** The head exceeds the limit. */
    HEAD_TOO_LARGE(431),
    /** There are more fields than the limit. */
    TOO_MANY_FIELDS(431),
    /** A filter or LEBA itself failed. */
    INTERNAL_ERROR(500, Outcome.INTERNAL),
    /** No connection to a backend came about. */
    CONNECT_FAILED(502, Outcome.CONNECT_FAILED),
    /** The backend closed or reset before its response was complete. */
    BACKEND_CLOSED(502, Outcome.BACKEND_RESET),
    /** The backend's response is malformed. */
    BAD_RESPONSE(502, Outcome.BACKEND_PROTOCOL),
    /** The backend's response head exceeds the limit. */
    RESPONSE_HEAD_TOO_LARGE(502, Outcome.BACKEND_PROTOCOL),
    /** The buffer budget of the node is spent. */
    OVERLOADED(503, Outcome.UNAVAILABLE),
    /** The group has no available backend. */
    NO_BACKEND(503, Outcome.UNAVAILABLE),
    /** The backend takes no more streams on as many connections as it may have, and too many wait already, or for too long. */
    NO_STREAM(503, Outcome.UNAVAILABLE),
    /** The request has passed LEBA too often already, as its {@code Via} says. */
    LOOP_DETECTED(508),
    /** Connecting took too long. */
    CONNECT_TIMEOUT(504, Outcome.CONNECT_FAILED),
    /** The backend did not begin to answer in time. */
    FIRST_BYTE_TIMEOUT(504, Outcome.BACKEND_TIMEOUT),
    /** All tries together took longer than the group allows. */
    RETRY_TIMEOUT(504, Outcome.BACKEND_TIMEOUT),
    /** A gRPC call took longer than its caller, or the configuration, allows. */
    DEADLINE_EXCEEDED(504, Outcome.BACKEND_TIMEOUT),
    /** A filter did not decide in time. */
    FILTER_TIMEOUT(504, Outcome.INTERNAL),
    /** The backend stalled in mid-response; nothing can be answered any more. */
    RESPONSE_TIMEOUT(0, Outcome.BACKEND_TIMEOUT),
    /** A tunnel, to which an upgrade led, had nothing to carry for too long. */
    TUNNEL_IDLE(0, Outcome.SUCCESS),
    /** A WebSocket was closed because its frontend drains. */
    TUNNEL_DRAINED(0, Outcome.SUCCESS),
    /** The client stopped reading the response. */
    CLIENT_STALLED(0, Outcome.CLIENT_ABORTED),
    /** The client went away before the exchange was over. */
    CLIENT_ABORTED(0, Outcome.CLIENT_ABORTED);

    private final int status;
    private final Outcome outcome;
    private final String word;

    Reason(int status) {
        this(status, Outcome.CLIENT_ERROR);
    }

    Reason(int status, Outcome outcome) {
        this.status = status;
        this.outcome = outcome;
        this.word = name().toLowerCase(Locale.ROOT);
    }

    /** The status that is answered; 0 if nothing can be answered. */
    public int status() {
        return status;
    }

    /** How the exchange ends. */
    public Outcome outcome() {
        return outcome;
    }

    /** The word for logs and metrics. */
    public String word() {
        return word;
    }
}

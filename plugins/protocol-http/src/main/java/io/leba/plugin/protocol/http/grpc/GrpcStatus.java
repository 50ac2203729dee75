package io.leba.plugin.protocol.http.grpc;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.spi.protocol.Outcome;

/** How a call ended; the ordinal is what {@code grpc-status} says. */
public enum GrpcStatus {
    /** It went well. */
    OK(Outcome.SUCCESS),
    /** The caller gave up. */
    CANCELLED(Outcome.SUCCESS),
    /** Something that has no code, an exception in most servers. */
    UNKNOWN(Outcome.BACKEND_ERROR),
    /** The caller's argument is wrong. */
    INVALID_ARGUMENT(Outcome.SUCCESS),
    /** It took longer than the caller waits. */
    DEADLINE_EXCEEDED(Outcome.BACKEND_TIMEOUT),
    /** What was asked for is not there. */
    NOT_FOUND(Outcome.SUCCESS),
    /** What was to be made is there. */
    ALREADY_EXISTS(Outcome.SUCCESS),
    /** The caller may not. */
    PERMISSION_DENIED(Outcome.SUCCESS),
    /** A quota or limit is used up. */
    RESOURCE_EXHAUSTED(Outcome.SUCCESS),
    /** The system is in no state for it. */
    FAILED_PRECONDITION(Outcome.SUCCESS),
    /** A conflict with another call. */
    ABORTED(Outcome.SUCCESS),
    /** Behind the end of what there is. */
    OUT_OF_RANGE(Outcome.SUCCESS),
    /** Nobody serves that method; the caller's mistake rather than the backend's. */
    UNIMPLEMENTED(Outcome.SUCCESS),
    /** Something is broken. */
    INTERNAL(Outcome.BACKEND_ERROR),
    /** It cannot be served now. */
    UNAVAILABLE(Outcome.BACKEND_ERROR),
    /** Data is lost. */
    DATA_LOSS(Outcome.BACKEND_ERROR),
    /** Nobody knows who the caller is. */
    UNAUTHENTICATED(Outcome.SUCCESS);

    private static final GrpcStatus[] ALL = values();

    private final Outcome outcome;

    GrpcStatus(Outcome outcome) {
        this.outcome = outcome;
    }

    /** What a backend's answer with this status says about the backend. */
    public Outcome outcome() {
        return outcome;
    }

    /** The status of a code; codes that nobody knows are {@link #UNKNOWN}. */
    public static GrpcStatus of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : UNKNOWN;
    }

    /** The value of a {@code grpc-status} field. */
    static GrpcStatus parse(byte[] a, int from, int to) {
        if (to <= from || to - from > 2) {
            return UNKNOWN;
        }
        int code = 0;
        for (int i = from; i < to; i++) {
            if (a[i] < '0' || a[i] > '9') {
                return UNKNOWN;
            }
            code = 10 * code + a[i] - '0';
        }
        return of(code);
    }

    /** What callers make of an answer that has an HTTP status and no {@code grpc-status}. */
    public static GrpcStatus ofHttp(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** What an HTTP status means that LEBA itself, or a filter, would answer a request with. */
    public static GrpcStatus ofOwn(int status) {
        return switch (status) {
            case 400, 411, 415, 417, 500, 508 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 405, 501 -> UNIMPLEMENTED;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 413, 414, 429, 431 -> RESOURCE_EXHAUSTED;
            case 502, 503 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** What LEBA answers a call with. */
    public static GrpcStatus of(Reason reason) {
        return switch (reason) {
            // Nobody has seen the call: it can be made again.
            case CONNECT_TIMEOUT -> UNAVAILABLE;
            // Not the next backend's matter either.
            case BAD_RESPONSE, RESPONSE_HEAD_TOO_LARGE -> INTERNAL;
            case RESPONSE_TIMEOUT -> DEADLINE_EXCEEDED;
            case CLIENT_ABORTED, CLIENT_STALLED -> CANCELLED;
            default -> ofOwn(reason.status());
        };
    }
}

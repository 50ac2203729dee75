package io.leba.plugin.protocol.http;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Range;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * HTTP's keys of a group.
 *
 * @param retry when a request is sent again
 * @param http2 HTTP/2 with its backends
 */
@Doc("HTTP's keys of a group.")
public record HttpGroup(
        @Doc(
                "When a request is sent a second time. Without it, only what is harmless by itself: a request that met a kept connection on its way to be closed, and a safe one without a body whose new connection broke.")
        Optional<Retry> retry,

        @Doc("HTTP/2 with its backends, where the protocol is `h2c` or `h2`.") @Default("{}")
        Http2 http2) {

    /** No keys. */
    public static final HttpGroup DEFAULT = new HttpGroup(Optional.empty(), Http2.DEFAULT);

    /**
     * HTTP/2 with backends.
     *
     * @param maxConnections at a time
     * @param maxConcurrentStreams requests on one of them
     * @param maxWaiting requests that wait for a stream
     * @param streamWindow bytes of a response that a backend may send before the client has taken them
     */
    @Doc(
            "HTTP/2 with the backends of a group whose protocol is `h2c` or `h2`. Requests of an event loop share connections; a further one is opened when none has room. Numbers hold for each backend and event loop of a frontend.")
    public record Http2(
            @Doc("Connections at a time.") @Default("8") @Range(min = "1", max = "1000")
            int maxConnections,

            @Doc("Requests at a time on one connection, if the backend does not take fewer.")
            @Default("100")
            @Range(min = "1", max = "10000")
            int maxConcurrentStreams,

            @Doc(
                    "Requests that may wait until one of the connections has room, for as long as `connect_timeout`. Beyond, and then, 503.")
            @Default("1024")
            @Range(min = "0", max = "1000000")
            int maxWaiting,

            @Doc(
                    "Bytes of one response that a backend may send before the client has taken them. LEBA holds no more than that for a slow client.")
            @Default("256KiB")
            @Range(min = "64KiB", max = "16MiB")
            ByteSize streamWindow) {
        /** As if nothing was written. */
        public static final Http2 DEFAULT = new Http2(8, 100, 1024, new ByteSize(256 << 10));
    }

    /**
     * When a request is sent again.
     *
     * @param retryOn what must have happened
     * @param attempts tries, the first one included
     * @param perTryTimeout from a try's beginning to its response's head
     * @param timeout over all tries
     * @param budget per cent of the requests under way
     * @param budgetFloor what the budget allows in any case
     * @param backoff before the same backend is tried again
     * @param maxBackoff the longest of them
     * @param buffer of a body that is kept
     * @param nonIdempotent whether any method is sent again
     */
    @Doc(
            "When a request is sent again. It never is once a byte of a response has gone to the client, nor when its body is not held whole. Another backend is taken as long as there is one that was not tried.")
    public record Retry(
            @Doc(
                    value =
                            "`connect-failure`: no connection came about; nothing was sent. `refused-stream`: the backend says that it has not begun with the request. `reset`: it closed the connection before a byte of its response. `timeout`: its response did not begin in time. `gateway-error`: it answered 502, 503 or 504. `5xx`, or a status from 400 to 599: it answered so.",
                    example = "[connect-failure, reset, 503]")
            @Default("[connect-failure, refused-stream, reset]")
            List<String> retryOn,

            @Doc("How often a request may be tried, the first time included.")
            @Default("3")
            @Range(min = "1", max = "16")
            int attempts,

            @Doc(
                    "From a request's being sent, or its last byte, to the first byte of the response; then the try has failed. Default: the frontend's `timeouts.first_byte`.")
            @Range(min = "1ms", max = "24h")
            Optional<Duration> perTryTimeout,

            @Doc(
                    "From a request's first byte to its response's head, over all tries. Then 504. Default: no limit of its own.")
            @Range(min = "1ms", max = "24h")
            Optional<Duration> timeout,

            @Doc(
                    "How many requests may be in a second or later try at a time, in per cent of those under way with the group. Counted by each event loop of a frontend for itself.")
            @Default("20")
            @Range(min = "0", max = "100")
            int budget,

            @Doc("How many may be in any case, on each event loop.") @Default("3") @Range(min = "0", max = "10000")
            int budgetFloor,

            @Doc(
                    "How long to wait before a backend is tried that was tried before, doubled with each try: a random part of that, and up to 100 ms more. An untried backend is taken at once.")
            @Default("25ms")
            @Range(min = "0s", max = "10s")
            Duration backoff,

            @Doc("The longest wait.") @Default("250ms") @Range(min = "0s", max = "1m")
            Duration maxBackoff,

            @Doc(
                    "How much of a request's body is held to be sent again. A request with a larger one, or one that has not come whole, is not.")
            @Default("64KiB")
            @Range(min = "0B", max = "16MiB")
            ByteSize buffer,

            @Doc(
                    "Whether methods that are not idempotent (POST, PATCH) are sent again after `reset`, `timeout` or a status, too: then a backend may do twice what was asked once.")
            @Default("false")
            boolean nonIdempotent) {

        private static final Set<String> WORDS =
                Set.of("connect-failure", "refused-stream", "reset", "timeout", "gateway-error", "5xx");

        /** Checks the conditions. */
        public Retry {
            for (String word : retryOn) {
                if (!WORDS.contains(word) && !word.matches("[45][0-9]{2}")) {
                    throw new InvalidConfig(
                            "retry_on",
                            "must be connect-failure, refused-stream, reset, timeout, gateway-error, 5xx or a status from 400 to 599, got '"
                                    + word + "'");
                }
            }
        }
    }
}

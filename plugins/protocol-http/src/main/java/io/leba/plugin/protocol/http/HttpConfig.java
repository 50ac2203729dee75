package io.leba.plugin.protocol.http;

import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.Upgrades;
import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Cidr;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Range;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The keys of an HTTP frontend.
 *
 * @param trustedProxies whose word on the client is taken
 * @param via LEBA's name in {@code Via}
 * @param forwarded the fields that tell backends who the client is
 * @param pathPolicy what happens to paths that backends read in different ways
 * @param keepAliveRequests requests a connection
 * @param timeouts how long things may take
 * @param limits how large things may be
 * @param http2 HTTP/2
 * @param http3 HTTP/3
 * @param upgrade changes to other protocols
 * @param grpc gRPC calls
 */
@Doc("HTTP/1.1, HTTP/2 and HTTP/3 on a frontend.")
public record HttpConfig(
        @Doc(
                value =
                        "Address blocks of proxies in front of LEBA. From them `X-Forwarded-*` and `Forwarded` are kept and extended; from anyone else they are replaced.",
                example = "[10.0.0.0/8]")
        List<Cidr> trustedProxies,

        @Doc("Name under which LEBA appears in the `Via` field of requests that it forwards. Empty: no `Via` is added.")
        @Default("leba")
        @Matches(value = "[A-Za-z0-9!#$%&'*+.^_`|~:-]*", expected = "a host or pseudonym without spaces")
        String via,

        @Doc(
                "The fields that tell backends who the client is: `x-forwarded`: `X-Forwarded-For`, `-Proto` and `-Host`. `rfc7239`: `Forwarded` instead of them. `both`. From trusted proxies the same fields are taken; of both, `X-Forwarded-For` if there is one.")
        @Default("x-forwarded")
        ForwardStamp.Words forwarded,

        @Doc(
                "`safe` refuses dot segments, broken or dangerous escapes and backslashes in paths. `strict` refuses, in addition, empty segments (`//`) and escaped slashes (`%2F`, `%5C`), which backends read in different ways.")
        @Default("safe")
        PathPolicy pathPolicy,

        @Doc("Requests that one client connection may carry before LEBA closes it; 0 = any number.")
        @Default("0")
        @Range(min = "0")
        int keepAliveRequests,

        @Doc("How long things may take.") @Default("{}") Timeouts timeouts,
        @Doc("How large things may be.") @Default("{}") Limits limits,
        @Doc("HTTP/2.") @Default("{}") Http2 http2,
        @Doc("HTTP/3.") @Default("{}") Http3 http3,

        @Doc("Changes of a connection to another protocol by `Upgrade`.") @Default("{}")
        Upgrade upgrade,

        @Doc("gRPC calls.") @Default("{}") Grpc grpc) {

    /** What happens to paths that backends read in different ways. */
    public enum PathPolicy {
        /** The common ones pass. */
        SAFE,
        /** None passes. */
        STRICT
    }

    /**
     * How long things may take.
     *
     * @param requestHead a head, from its first byte
     * @param request a whole request, from its first byte; zero: no limit
     * @param idle the client's silence between requests and within a body
     * @param firstByte the backend's thinking
     * @param backendIdle the backend's silence within a response
     */
    @Doc("How long the steps of an exchange may take.")
    public record Timeouts(
            @Doc("From the connection, or a request's first byte, to the end of its head. Then 408.")
            @Default("10s")
            @Range(min = "100ms", max = "1h")
            Duration requestHead,

            @Doc(
                    "From a request's first byte to the end of its body. Then 408. `0s` = no limit: long uploads are bounded by `idle` alone.")
            @Default("0s")
            @Range(min = "0s")
            Duration request,

            @Doc(
                    "How long a client may be silent between two requests, within a body, or while it should read a response.")
            @Default("60s")
            @Range(min = "100ms", max = "24h")
            Duration idle,

            @Doc(
                    "How long the backend may take from the end of the request to the first byte of its response. Then 504.")
            @Default("60s")
            @Range(min = "100ms", max = "24h")
            Duration firstByte,

            @Doc("How long the backend may be silent within a response. Then the connection is closed.")
            @Default("60s")
            @Range(min = "100ms", max = "24h")
            Duration backendIdle) {}

    /**
     * How large things may be.
     *
     * @param head a request's head
     * @param target a request's target
     * @param headers field lines
     * @param body a request's body
     * @param responseHead a response's head
     * @param minReceiveRate of a request's body, a second
     * @param minSendRate of what waits for the client, a second
     * @param passes through proxies of this name
     */
    @Doc("How large the parts of a message may be.")
    public record Limits(
            @Doc("A request's head with all its fields. Then 431.") @Default("32KiB") @Range(min = "256B", max = "1MiB")
            ByteSize head,

            @Doc("A request's target: path and query. Then 414.") @Default("8KiB") @Range(min = "16B", max = "1MiB")
            ByteSize target,

            @Doc("Field lines in a head. Then 431.") @Default("100") @Range(min = "1", max = "10000")
            int headers,

            @Doc("A request's body. Then 413. Default: no limit, bodies are streamed and not kept.")
            Optional<ByteSize> body,

            @Doc("A response's head. Then 502.") @Default("64KiB") @Range(min = "256B", max = "1MiB")
            ByteSize responseHead,

            @Doc(
                    "Bytes a second of a request's body that a client must send, on average over ten seconds in which LEBA reads. Then 408. `0B` = any pace within `timeouts.idle`, as streams of messages need it.")
            @Default("0B")
            @Range(min = "0B", max = "1GiB")
            ByteSize minReceiveRate,

            @Doc(
                    "Bytes a second that a client must take of responses that wait for it, on average over `timeouts.idle`. Then its connection is closed.")
            @Default("64B")
            @Range(min = "0B", max = "1GiB")
            ByteSize minSendRate,

            @Doc(
                    "How often a request may have passed a proxy of the name `via` before, as its `Via` says. Then 508 `loop_detected`: it goes in circles. Where each LEBA has a `via` of its own, 0 finds a circle at once.")
            @Default("4")
            @Range(min = "0", max = "100")
            int passes) {}

    /**
     * HTTP/2 with clients.
     *
     * @param enabled whether it is spoken
     * @param maxConcurrentStreams requests at a time
     * @param streamWindow bytes of a request's body under way
     * @param connectionWindow bytes of all bodies under way
     * @param sendBuffer bytes of responses that wait for the client
     */
    @Doc(
            "HTTP/2 with clients. `limits` and `timeouts` hold for it, too: `limits.head` and `limits.headers` become the header list size that clients are told.")
    public record Http2(
            @Doc(
                    "Whether clients may speak HTTP/2: by ALPN inside TLS, by its preface in the clear. If not, they are served HTTP/1.1.")
            @Default("true")
            boolean enabled,

            @Doc("Requests that a client may have under way on one connection. More are refused, to be tried again.")
            @Default("100")
            @Range(min = "1", max = "10000")
            int maxConcurrentStreams,

            @Doc(
                    "Bytes of one request's body that a client may send before a backend has taken them. LEBA holds no more than that for a slow backend.")
            @Default("256KiB")
            @Range(min = "64KiB", max = "16MiB")
            ByteSize streamWindow,

            @Doc("The same for all requests of a connection.") @Default("1MiB") @Range(min = "64KiB", max = "64MiB")
            ByteSize connectionWindow,

            @Doc(
                    "Bytes of all responses of a connection that may wait for a client's windows before backends are told to wait; each response may have one piece beside that.")
            @Default("256KiB")
            @Range(min = "0B", max = "64MiB")
            ByteSize sendBuffer) {}

    /**
     * HTTP/3 with clients.
     *
     * @param enabled whether it is spoken
     * @param maxConcurrentStreams requests at a time
     * @param streamWindow bytes of a request's body under way
     * @param connectionWindow bytes of all bodies under way
     * @param retry when a client has to prove its address
     * @param advertise how clients of other versions are told
     */
    @Doc(
            "HTTP/3 with clients, over QUIC on the UDP port of the frontend's number. For `https` only. `limits` and `timeouts` hold for it, too.")
    public record Http3(
            @Doc(
                    "Whether clients may speak HTTP/3. Where QUIC's library is not there for the platform, the log says so and all else is served.")
            @Default("false")
            boolean enabled,

            @Doc("Requests that a client may have under way on one connection.")
            @Default("100")
            @Range(min = "1", max = "10000")
            int maxConcurrentStreams,

            @Doc(
                    "Bytes of one request's body that a client may send before a backend has taken them. LEBA holds no more than that for a slow backend.")
            @Default("256KiB")
            @Range(min = "64KiB", max = "16MiB")
            ByteSize streamWindow,

            @Doc("The same for all requests of a connection.") @Default("1MiB") @Range(min = "64KiB", max = "64MiB")
            ByteSize connectionWindow,

            @Doc(
                    "When a client has to prove, by a round trip, that it is where it says: `busy`, while many handshakes are under way (a quarter of `max_handshakes`), or `always`.")
            @Default("busy")
            Retry retry,

            @Doc("How clients that come by HTTP/1.1 and HTTP/2 learn of it: by the field `Alt-Svc` (RFC 7838).")
            @Default("{}")
            Advertise advertise) {
        /** When a client has to prove its address. */
        public enum Retry {
            /** While many handshakes are under way. */
            BUSY,
            /** Always. */
            ALWAYS
        }
    }

    /**
     * How clients learn of HTTP/3.
     *
     * @param enabled whether they do
     * @param port what they are told
     * @param maxAge how long they remember
     */
    @Doc("The field `Alt-Svc` in responses over HTTP/1.1 and HTTP/2.")
    public record Advertise(
            @Doc("Whether it is added.") @Default("true") boolean enabled,

            @Doc(
                    "The UDP port that clients reach, where that is another one than LEBA's, as behind address translation. Default: the frontend's.")
            @Range(min = "1", max = "65535")
            Optional<Integer> port,

            @Doc("How long clients may remember it.") @Default("1d") @Range(min = "1s", max = "365d")
            Duration maxAge) {}

    /**
     * Changes to other protocols.
     *
     * @param protocols what may be changed to
     * @param idle how long nothing may pass
     * @param ping when a silent WebSocket is asked for life
     */
    @Doc(
            "What happens when a client asks to change its connection to another protocol (RFC 9110, section 7.8): bytes then pass unchanged in both directions until one side closes. A request for a protocol that is not listed is served without the change.")
    public record Upgrade(
            @Doc(
                    value =
                            "Protocols that may be changed to; `[]` none, `\"*\"` any. Other versions of HTTP (`h2c`) and TLS never: requests would pass by routes and filters.",
                    example = "[websocket]")
            @Default("[websocket]")
            List<String> protocols,

            @Doc(
                    "How long neither side may send anything. Then the connection is closed, a WebSocket with status 1001. With `ping` each side must show life by itself.")
            @Default("1h")
            @Range(min = "100ms", max = "30d")
            Duration idle,

            @Doc(
                    "How long a side of a WebSocket may be silent before LEBA sends it a ping, so that what watches the connection sees life, and a dead peer is found. Default: no pings.")
            @Range(min = "100ms", max = "30d")
            Optional<Duration> ping) {
        /** Checks the names. */
        public Upgrade {
            for (String name : protocols) {
                if (!name.equals("*") && Upgrades.bypasses(name)) {
                    throw new InvalidConfig(
                            "protocols", "requests in '" + name + "' would pass by routes and filters; leave it out");
                }
            }
        }
    }

    /**
     * gRPC calls.
     *
     * @param maxTimeout how long they may take
     */
    @Doc(
            "Requests whose content type is `application/grpc`. They end when the time is over that their `grpc-timeout` gives, and what LEBA itself answers is a gRPC status.")
    public record Grpc(
            @Doc(
                    "How long a call may take, whatever `grpc-timeout` says, and if it says nothing. Then `DEADLINE_EXCEEDED`. Default: no limit; think of streams that are meant to stay.")
            @Range(min = "1ms", max = "30d")
            Optional<Duration> maxTimeout) {}
}

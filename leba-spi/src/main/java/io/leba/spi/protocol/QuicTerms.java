package io.leba.spi.protocol;

import java.time.Duration;
import java.util.List;

/**
 * How a protocol is spoken over QUIC (RFC 9000), where a frontend's clients speak TLS: what is agreed on, and what a client may
 * have under way. The kernel owns the UDP socket, whose port is that of the frontend, certificates, tokens and connection ids.
 *
 * @param applicationProtocols what ALPN offers, the preferred one first; at least one
 * @param requests bidirectional streams that a client may have open
 * @param controls unidirectional streams that it may have open
 * @param streamWindow bytes that it may send on a stream before the protocol has read them
 * @param connectionWindow the same for all streams of a connection
 * @param idle how long a connection lives without a packet
 * @param validation when a client has to prove its address before anything is kept for it
 */
public record QuicTerms(
        List<String> applicationProtocols,
        int requests,
        int controls,
        long streamWindow,
        long connectionWindow,
        Duration idle,
        Validation validation) {
    /** Copies the list. */
    public QuicTerms {
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** When a client gets a Retry packet (RFC 9000 §8.1.2), which costs it a round trip. */
    public enum Validation {
        /** While many handshakes are under way. */
        BUSY,
        /** Always. */
        ALWAYS
    }
}

package io.leba.plugin.protocol.http.h2;

/**
 * What a connection takes from its peer.
 *
 * @param streams streams of the peer at a time
 * @param streamWindow bytes of a stream that may be under way or unused here; 65535 at least
 * @param connectionWindow bytes of all streams that may be; 65535 at least
 * @param headBytes the size of a head
 * @param headFields its fields
 * @param sendBuffer bytes of all streams that wait for the peer's windows, beside one piece each
 * @param settingsNanos how long the peer may take to acknowledge settings, and to send a field block
 * @param stallNanos how long a stream may wait for the peer's window
 */
public record Http2Limits(
        int streams,
        int streamWindow,
        int connectionWindow,
        int headBytes,
        int headFields,
        int sendBuffer,
        long settingsNanos,
        long stallNanos) {
    /** The window of every stream and connection to begin with (RFC 9113 §6.9.2). */
    public static final int FIRST_WINDOW = 65_535;

    /** Checks. */
    public Http2Limits {
        if (streamWindow < FIRST_WINDOW || connectionWindow < FIRST_WINDOW) {
            throw new IllegalArgumentException("windows must be at least 65535");
        }
    }
}

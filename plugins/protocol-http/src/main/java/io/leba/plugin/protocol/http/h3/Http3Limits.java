package io.leba.plugin.protocol.http.h3;

/**
 * What a client may do on one connection.
 *
 * @param headBytes a head as HTTP/1.1 text
 * @param headFields its fields
 */
public record Http3Limits(int headBytes, int headFields) {
    /** The size of a field section that clients are told of (RFC 9114 §4.2.2). */
    public long sectionBytes() {
        return headBytes + 32L * headFields;
    }
}

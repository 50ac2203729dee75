package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;

/**
 * What LEBA adds to the requests of one client connection, made once: who the client is, how it came, and who forwards.
 */
public final class ForwardStamp {
    static final byte[] FORWARDED_FOR = ascii("X-Forwarded-For: ");
    static final byte[] FORWARDED_HOST = ascii("X-Forwarded-Host: ");
    static final byte[] HOST = ascii("Host: ");
    static final byte[] VIA = ascii("Via: ");
    static final byte[] FORWARDED = ascii("Forwarded: ");
    static final byte[] ITS_HOST = ascii(";host=\"");
    static final byte[] COMMA = ascii(", ");

    final byte[] address;
    final byte[] proto;
    final byte[] via;
    final byte[] oldVia;
    final byte[] localHost;
    final byte[] whole;
    /** An element of {@code Forwarded} without the host (RFC 7239 §4). */
    final byte[] element;

    final Words words;

    /** In which fields a backend is told who the client is. */
    public enum Words {
        /** {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}. */
        X_FORWARDED,
        /** {@code Forwarded} (RFC 7239). */
        RFC7239,
        /** Both. */
        BOTH
    }

    /**
     * Makes it.
     *
     * @param address the peer's address as text
     * @param isSecure whether it speaks TLS
     * @param via LEBA's pseudonym in {@code Via}; empty: no {@code Via}
     * @param version what the client speaks, as {@code Via} has it; single requests of HTTP/1.0 are told apart
     * @param localHost the address that the client connected to, for requests without {@code Host}
     * @param words which fields say it
     */
    public ForwardStamp(String address, boolean isSecure, String via, String version, String localHost, Words words) {
        this.address = ascii(address);
        this.proto = ascii("X-Forwarded-Proto: " + (isSecure ? "https" : "http") + "\r\n");
        this.via = ascii(via.isEmpty() ? "" : version + " " + via);
        this.oldVia = ascii(via.isEmpty() ? "" : "1.0 " + via);
        this.localHost = ascii(localHost);
        this.whole = ascii("X-Forwarded-For: " + address + "\r\n" + new String(proto, StandardCharsets.US_ASCII)
                + (via.isEmpty() ? "" : "Via: " + version + " " + via + "\r\n"));
        this.words = words;
        boolean isQuoted = address.indexOf(':') >= 0;
        this.element = ascii(
                "for=" + (isQuoted ? "\"[" + address + "]\"" : address) + ";proto=" + (isSecure ? "https" : "http"));
    }

    /** The authority of requests that name none: the address that the client connected to. */
    public byte[] localHost() {
        return localHost;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

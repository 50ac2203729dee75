package io.leba.kernel.transport.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/** A reader of DER (X.690), as far as an OCSP response needs it. Not more than the bytes are ever read. */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTETS = 0x04;
    static final int OID = 0x06;
    static final int ENUMERATED = 0x0a;
    static final int TIME = 0x18;
    static final int SEQUENCE = 0x30;

    private static final DateTimeFormatter ZULU = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int at;

    Der(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Der(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.at = start;
    }

    boolean hasMore() {
        return at < end;
    }

    /** The tag of the next element; -1 at the end. */
    int tag() {
        return hasMore() ? bytes[at] & 0xff : -1;
    }

    /**
     * The content of the next element, which is passed.
     *
     * @throws IllegalArgumentException if it has another tag, or is cut off
     */
    Der element(int tag) {
        if (tag() != tag) {
            throw new IllegalArgumentException("expected the tag " + tag + " at " + at + ", found " + tag());
        }
        int from = at + 1;
        int length = octet(from++);
        if (length >= 0x80) {
            int octets = length & 0x7f;
            if (octets == 0 || octets > 4) {
                throw new IllegalArgumentException("a length of " + octets + " octets at " + at);
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | octet(from++);
            }
        }
        if (length < 0 || length > end - from) {
            throw new IllegalArgumentException("cut off at " + at);
        }
        at = from + length;
        return new Der(bytes, from, at);
    }

    /** Passes the next element if it has this tag. */
    void skip(int tag) {
        if (tag() == tag) {
            element(tag);
        }
    }

    private int octet(int index) {
        if (index >= end) {
            throw new IllegalArgumentException("cut off at " + at);
        }
        return bytes[index] & 0xff;
    }

    /** The next element as a whole, which is passed. */
    byte[] whole(int tag) {
        int from = at;
        element(tag);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** All of this content. */
    byte[] content() {
        return Arrays.copyOfRange(bytes, start, end);
    }

    BigInteger integer() {
        byte[] content = content();
        if (content.length == 0) {
            throw new IllegalArgumentException("an empty number");
        }
        return new BigInteger(content);
    }

    Instant time() {
        try {
            return LocalDateTime.parse(new String(content(), StandardCharsets.US_ASCII), ZULU)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no time: " + e.getMessage(), e);
        }
    }

    /** An object identifier in dots. */
    String oid() {
        StringBuilder text = new StringBuilder();
        long value = 0;
        for (byte one : content()) {
            value = value << 7 | one & 0x7f;
            if ((one & 0x80) == 0) {
                if (text.length() == 0) {
                    long first = Math.min(value / 40, 2);
                    text.append(first).append('.').append(value - first * 40);
                } else {
                    text.append('.').append(value);
                }
                value = 0;
            }
        }
        return text.toString();
    }
}

package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.head.Bytes;

/** Numbers of variable length (RFC 9000 §16): the first two bits say how long. */
public final class Varint {
    /** The largest. */
    public static final long MOST = (1L << 62) - 1;

    private Varint() {}

    /** How many bytes a number has that begins with this one. */
    static int length(byte first) {
        return 1 << ((first & 0xff) >>> 6);
    }

    /** Reads one; the bytes are there. */
    static long read(byte[] a, int from) {
        int length = length(a[from]);
        long value = a[from] & 0x3f;
        for (int i = 1; i < length; i++) {
            value = value << 8 | a[from + i] & 0xff;
        }
        return value;
    }

    /** Writes one, as short as can be. */
    public static void write(long value, Bytes out) {
        int power = value < 1 << 6 ? 0 : value < 1 << 14 ? 1 : value < 1 << 30 ? 2 : 3;
        int length = 1 << power;
        for (int i = length - 1; i >= 0; i--) {
            int b = (int) (value >>> 8 * i) & 0xff;
            out.put(i == length - 1 ? b | power << 6 : b);
        }
    }
}

package io.leba.plugin.protocol.http.h2.hpack;

import io.leba.plugin.protocol.http.head.Bytes;

/** Writes the numbers and strings that HPACK and QPACK have in common (RFC 7541 §5, RFC 9204 §4.1). */
public final class Literals {
    private Literals() {}

    /** Writes a string with its length, in Huffman's code if that is shorter, which the bit above the length says. */
    public static void string(int pattern, int prefix, byte[] a, int from, int to, Bytes out) {
        int encoded = Huffman.encodedLength(a, from, to);
        if (encoded < to - from) {
            number(pattern | 1 << prefix, prefix, encoded, out);
            Huffman.encode(a, from, to, out);
        } else {
            number(pattern, prefix, to - from, out);
            out.put(a, from, to);
        }
    }

    /** Writes a number behind a pattern, which leaves so many bits for it. */
    public static void number(int pattern, int prefix, int value, Bytes out) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            out.put(pattern | value);
            return;
        }
        out.put(pattern | mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out.put(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.put(rest);
    }
}

package io.leba.plugin.protocol.http.h2.hpack;

import io.leba.plugin.protocol.http.head.Bytes;

/**
 * The Huffman code of RFC 7541 appendix B. It is canonical: the lengths alone say all codes. Symbols of up to eight bits, which is
 * what fields are made of, are decoded by one look in a table.
 */
public final class Huffman {
    private static final int EOS = 256;
    private static final int LONGEST = 30;
    private static final int FAST = 8;

    /** The code's length in bits for each byte, and for the end of a string. */
    private static final String LENGTHS = """
            13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
            6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
            13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
            15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
            20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
            22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
            26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
            20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
            30""";

    private static final byte[] LENGTH = new byte[EOS + 1];
    private static final int[] CODE = new int[EOS + 1];
    /** All symbols in the order of their codes. */
    private static final short[] SYMBOLS = new short[EOS + 1];
    /** For each length: the first code behind those of this length. */
    private static final int[] LIMIT = new int[LONGEST + 1];
    /** For each length: what makes a code of it an index of {@link #SYMBOLS}. */
    private static final int[] OFFSET = new int[LONGEST + 1];
    /** For eight bits: symbol and length of the code that they begin with; 0 if it is longer. */
    private static final short[] BY_BYTE = new short[1 << FAST];

    static {
        String[] lengths = LENGTHS.split("\\s+");
        for (int symbol = 0; symbol <= EOS; symbol++) {
            LENGTH[symbol] = Byte.parseByte(lengths[symbol]);
        }
        int code = 0;
        int index = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code <<= 1;
            OFFSET[length] = index - code;
            for (int symbol = 0; symbol <= EOS; symbol++) {
                if (LENGTH[symbol] == length) {
                    CODE[symbol] = code++;
                    SYMBOLS[index++] = (short) symbol;
                }
            }
            LIMIT[length] = code;
        }
        for (int symbol = 0; symbol < EOS; symbol++) {
            int rest = FAST - LENGTH[symbol];
            for (int i = 0; rest >= 0 && i < 1 << rest; i++) {
                BY_BYTE[CODE[symbol] << rest | i] = (short) (symbol << 4 | LENGTH[symbol]);
            }
        }
    }

    private Huffman() {}

    /** The most bytes that so many encoded ones can become. */
    public static int longestDecoded(int encoded) {
        return encoded * 8 / 5 + 1;
    }

    /** Decodes; returns the index behind the last byte written, or -1 if it is no valid string (RFC 7541 §5.2). */
    public static int decode(byte[] in, int from, int to, byte[] out, int outFrom) {
        long bits = 0;
        int count = 0;
        int i = from;
        int o = outFrom;
        for (; ; ) {
            while (count < 56 && i < to) {
                bits = bits << 8 | in[i++] & 0xff;
                count += 8;
            }
            if (count < FAST && isPadding(bits, count)) {
                return o;
            }
            int entry = BY_BYTE[(int) window(bits, count, FAST)];
            int length = entry & 15;
            int symbol = entry >>> 4;
            if (length == 0) {
                int window = (int) window(bits, count, LONGEST);
                length = FAST + 1;
                while (window >>> LONGEST - length >= LIMIT[length]) {
                    length++;
                }
                symbol = SYMBOLS[OFFSET[length] + (window >>> LONGEST - length)];
            }
            if (length > count || symbol == EOS) {
                return -1;
            }
            out[o++] = (byte) symbol;
            count -= length;
        }
    }

    /** The next bits, with ones behind the last. */
    private static long window(long bits, int count, int size) {
        long mask = (1L << size) - 1;
        return count >= size ? bits >>> count - size & mask : (bits << size - count | mask >>> count) & mask;
    }

    private static boolean isPadding(long bits, int count) {
        long mask = (1L << count) - 1;
        return (bits & mask) == mask;
    }

    /** How many bytes a string has when it is encoded. */
    public static int encodedLength(byte[] a, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits += LENGTH[a[i] & 0xff];
        }
        return (int) (bits + 7 >>> 3);
    }

    /** Encodes. */
    public static void encode(byte[] a, int from, int to, Bytes out) {
        long bits = 0;
        int count = 0;
        for (int i = from; i < to; i++) {
            int symbol = a[i] & 0xff;
            bits = bits << LENGTH[symbol] | CODE[symbol];
            count += LENGTH[symbol];
            while (count >= 8) {
                count -= 8;
                out.put((int) (bits >>> count));
            }
        }
        if (count > 0) {
            out.put((int) (bits << 8 - count | 0xff >>> count));
        }
    }
}

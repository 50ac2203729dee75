package io.leba.plugin.protocol.http.head;

/** The two fields that say how long a body is (RFC 9112 §6). */
final class Framing {
    private static final byte[] CHUNKED = {'c', 'h', 'u', 'n', 'k', 'e', 'd'};
    private static final int MOST_DIGITS = 18;

    private Framing() {}

    /** Whether the field says {@code chunked} and nothing else. */
    static boolean isChunked(Head head, int field) {
        return ByteClass.equalsIgnoreCase(head.a, head.valueStart(field), head.valueEnd(field), CHUNKED);
    }

    /** The number that the field says, or -1: not a plain decimal number of at most 18 digits without leading zeros. */
    static long length(Head head, int field) {
        int from = head.valueStart(field);
        int to = head.valueEnd(field);
        int digits = to - from;
        if (digits < 1 || digits > MOST_DIGITS || digits > 1 && head.a[from] == '0') {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            byte c = head.a[i];
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    /** Whether the line is {@code name: value} or {@code name:value} without further white space; others are written anew. */
    static boolean isCanonical(Head head, int field) {
        int colon = head.nameEnd(field);
        int start = head.valueStart(field);
        boolean isOneSpace = start == colon + 1 || start == colon + 2 && head.a[colon + 1] == ' ';
        return isOneSpace && head.valueEnd(field) == head.fieldEnd(field) - 2;
    }
}

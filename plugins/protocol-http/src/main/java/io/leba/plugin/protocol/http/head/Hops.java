package io.leba.plugin.protocol.http.head;

import io.leba.plugin.protocol.http.answer.Reason;

/** What keeps a request from passing proxies for ever: {@code Via} tells where it was, {@code Max-Forwards} how far it may go. */
public final class Hops {
    private static final int MOST = 1_000_000_000;

    private Hops() {}

    /** Why the request goes no further by what it says itself, or null. */
    static Reason judge(RequestHead head, int maxForwards) {
        int left = left(head, maxForwards);
        return left < 0
                ? Reason.BAD_MAX_FORWARDS
                : left == 0 && head.method() == Method.TRACE ? Reason.TRACE_ENDED : null;
    }

    /** The number that {@code Max-Forwards} says, or the largest that is counted; -1: none. */
    static int left(Head head, int field) {
        int from = head.valueStart(field);
        int to = head.valueEnd(field);
        long value = 0;
        for (int i = from; i < to; i++) {
            byte c = head.a[i];
            if (c < '0' || c > '9') {
                return -1;
            }
            value = Math.min(MOST, value * 10 + c - '0');
        }
        return from == to ? -1 : (int) value;
    }

    /** How often the request has passed a proxy of this name (RFC 9110 §7.6.3). Costs nothing without {@code Via}. */
    public static int passed(RequestHead head, byte[] lowerName) {
        int count = 0;
        for (int field = head.via(); field >= 0 && field < head.fieldCount(); field++) {
            if (head.id(field) == KnownField.VIA) {
                count += count(head.a, head.valueStart(field), head.valueEnd(field), lowerName);
            }
        }
        return count;
    }

    /** Members are {@code protocol name}, with white space between and perhaps a comment behind. */
    private static int count(byte[] a, int from, int to, byte[] lowerName) {
        int count = 0;
        int i = from;
        while (i < to) {
            i = skip(a, i, to, true);
            i = skip(a, i, to, false);
            int start = skip(a, i, to, true);
            i = skip(a, start, to, false);
            count += i > start && ByteClass.equalsIgnoreCase(a, start, i, lowerName) ? 1 : 0;
            while (i < to && a[i] != ',') {
                i++;
            }
            i++;
        }
        return count;
    }

    /** Behind white space, or what is none; a comma ends both. */
    private static int skip(byte[] a, int from, int to, boolean space) {
        int i = from;
        while (i < to && a[i] != ',' && (a[i] == ' ' || a[i] == '\t') == space) {
            i++;
        }
        return i;
    }
}

package io.leba.plugin.protocol.http.h2.field;

/** The urgency in a priority field (RFC 9218 §4.1): {@code u=0} first, {@code u=7} last. */
public final class Priority {
    /** The urgency of what says nothing. */
    public static final int DEFAULT = 3;
    /** How many urgencies there are. */
    public static final int LEVELS = 8;

    private Priority() {}

    /** The urgency that a value says; what is not understood says nothing. */
    public static int urgency(byte[] a, int from, int to) {
        int found = DEFAULT;
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i < to && a[i] != ',') {
                continue;
            }
            while (start < i && (a[start] == ' ' || a[start] == '\t')) {
                start++;
            }
            boolean isUrgency = i - start >= 3
                    && a[start] == 'u'
                    && a[start + 1] == '='
                    && a[start + 2] >= '0'
                    && a[start + 2] < '0' + LEVELS
                    && (i - start == 3 || a[start + 3] == ';' || a[start + 3] == ' ' || a[start + 3] == '\t');
            if (isUrgency) {
                found = a[start + 2] - '0';
            }
            start = i + 1;
        }
        return found;
    }
}

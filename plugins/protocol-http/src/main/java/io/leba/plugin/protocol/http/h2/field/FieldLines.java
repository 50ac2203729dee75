package io.leba.plugin.protocol.http.h2.field;

import io.leba.plugin.protocol.http.h2.hpack.FieldWriter;

/** Field lines of HTTP/1.1 text, each ended by CRLF, as fields of HTTP/2 and 3. */
public final class FieldLines {
    /** What is left out. */
    private interface Exclusion {
        boolean excludes(byte[] a, int nameFrom, int nameTo);
    }

    private FieldLines() {}

    /**
     * Writes the lines up to an empty one, or the end, without those that belong to an HTTP/1 connection. They have been checked by
     * whoever made them.
     */
    public static void write(byte[] a, int from, int to, FieldWriter encoder) {
        write(a, from, to, FieldKind::isConnectionSpecific, encoder);
    }

    /** The same for a request, without {@code Host}, which is a pseudo-header. */
    public static void writeRequest(byte[] a, int from, int to, FieldWriter encoder) {
        write(a, from, to, FieldKind::isOfTheConnectionOrHost, encoder);
    }

    private static void write(byte[] a, int from, int to, Exclusion exclusion, FieldWriter encoder) {
        int i = from;
        while (i < to && a[i] != '\r') {
            int nameFrom = i;
            while (a[i] != ':') {
                i++;
            }
            int nameTo = i++;
            int lineEnd = i;
            while (lineEnd + 1 < to && !(a[lineEnd] == '\r' && a[lineEnd + 1] == '\n')) {
                lineEnd++;
            }
            int valueTo = lineEnd;
            while (i < valueTo && isSpace(a[i])) {
                i++;
            }
            while (valueTo > i && isSpace(a[valueTo - 1])) {
                valueTo--;
            }
            if (!exclusion.excludes(a, nameFrom, nameTo)) {
                encoder.field(a, nameFrom, nameTo, i, valueTo);
            }
            i = lineEnd + 2;
        }
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t';
    }
}

package io.leba.plugin.protocol.http.exchange;

import java.nio.charset.StandardCharsets;

/**
 * Reads the addresses of {@code Forwarded} fields (RFC 7239 §4), element by element, in order: {@code for=192.0.2.1;proto=http, for="[::1]"}. Commas and
 * semicolons within quotes separate nothing.
 */
final class ForwardedFor {
    private final byte[] a;
    private final int end;
    private int at;

    /** Those of one field's value. */
    ForwardedFor(byte[] a, int from, int to) {
        this.a = a;
        this.at = from;
        this.end = to;
    }

    /** Whether there is another element. */
    boolean hasNext() {
        return at < end;
    }

    /** What the next element has behind {@code for=}, without quotes; empty: nothing, or what cannot be read. */
    String next() {
        String found = "";
        boolean isBroken = false;
        while (at < end && a[at] != ',') {
            int from = at;
            boolean isQuoted = false;
            while (at < end && (isQuoted || a[at] != ',' && a[at] != ';')) {
                if (a[at] == '"') {
                    isQuoted = !isQuoted;
                } else if (a[at] == '\\' && isQuoted) {
                    at++;
                }
                at++;
            }
            at = Math.min(at, end);
            isBroken |= isQuoted;
            String pair = new String(a, from, at - from, StandardCharsets.ISO_8859_1).strip();
            if (pair.regionMatches(true, 0, "for=", 0, 4)) {
                isBroken |= !found.isEmpty();
                found = unquoted(pair.substring(4));
            }
            if (at < end && a[at] == ';') {
                at++;
            }
        }
        at++;
        return isBroken ? "" : found;
    }

    private static String unquoted(String value) {
        boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }
}

package io.leba.plugin.protocol.http.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A pattern with {@code *} for any number of any bytes, cut into its literal parts. Matching takes time in proportion to the
 * text for the usual patterns and never backtracks over more than one star.
 */
final class Glob {
    private static final byte[] NOTHING = {};

    private final byte[][] parts;
    private final boolean isLiteral;

    private Glob(byte[][] parts) {
        this.parts = parts;
        this.isLiteral = parts.length == 1;
    }

    static Glob of(String pattern) {
        int first = pattern.indexOf('*');
        if (first < 0) {
            return new Glob(new byte[][] {bytes(pattern)});
        }
        if (first == pattern.length() - 1) {
            return new Glob(new byte[][] {bytes(pattern.substring(0, first)), NOTHING});
        }
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int star = pattern.indexOf('*'); star >= 0; star = pattern.indexOf('*', from)) {
            parts.add(bytes(pattern.substring(from, star)));
            from = star + 1;
        }
        parts.add(bytes(pattern.substring(from)));
        return new Glob(parts.toArray(byte[][]::new));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether there is no star. */
    boolean isLiteral() {
        return isLiteral;
    }

    /** Whether it is a literal with one star behind it. */
    boolean isPrefix() {
        return parts.length == 2 && parts[1].length == 0;
    }

    /** What is in front of the first star. */
    byte[] prefix() {
        return parts[0];
    }

    /** What is behind the last star. */
    byte[] suffix() {
        return parts[parts.length - 1];
    }

    boolean matches(byte[] text, int from, int to) {
        byte[] first = parts[0];
        if (isLiteral) {
            return to - from == first.length && startsWith(text, from, to, first);
        }
        byte[] last = suffix();
        if (to - from < first.length + last.length
                || !startsWith(text, from, to, first)
                || !startsWith(text, to - last.length, to, last)) {
            return false;
        }
        int at = from + first.length;
        int end = to - last.length;
        for (int i = 1; i < parts.length - 1; i++) {
            // The leftmost place leaves the most room for the rest.
            int found = indexOf(text, at, end, parts[i]);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length;
        }
        return true;
    }

    private static int indexOf(byte[] text, int from, int to, byte[] part) {
        for (int i = from; i + part.length <= to; i++) {
            if (startsWith(text, i, to, part)) {
                return i;
            }
        }
        return -1;
    }

    static boolean startsWith(byte[] text, int from, int to, byte[] part) {
        if (to - from < part.length) {
            return false;
        }
        for (int i = 0; i < part.length; i++) {
            if (text[from + i] != part[i]) {
                return false;
            }
        }
        return true;
    }
}

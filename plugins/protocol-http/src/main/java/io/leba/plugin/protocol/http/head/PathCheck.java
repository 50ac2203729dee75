package io.leba.plugin.protocol.http.head;

/**
 * What different readers may make of a path. A route is matched on the bytes that are forwarded; so a path that a backend
 * would turn into another one must not pass.
 */
enum PathCheck {
    /** All readers agree. */
    PLAIN,
    /** An empty segment ({@code //}), {@code %2F} or {@code %5C}: common, but backends differ. */
    AMBIGUOUS_SLASH,
    /**
     * A dot segment in any spelling, a broken escape, an escaped control character, the beginning of an overlong UTF-8
     * sequence, or a backslash.
     */
    DANGEROUS;

    static PathCheck of(byte[] b, int from, int to, boolean hasEscapes) {
        PathCheck result = PLAIN;
        for (int i = from; i < to; i++) {
            if (b[i] == '/') {
                int next = i + 1;
                if (next < to && (b[next] == '/' || b[next] == '.')) {
                    if (b[next] == '/') {
                        result = AMBIGUOUS_SLASH;
                    } else if (isDotSegment(b, next, to)) {
                        return DANGEROUS;
                    }
                }
            }
        }
        if (!hasEscapes) {
            return result;
        }
        return escapes(b, from, to, result);
    }

    private static PathCheck escapes(byte[] b, int from, int to, PathCheck before) {
        PathCheck result = before;
        for (int i = from; i < to; i++) {
            if (b[i] == '\\') {
                return DANGEROUS;
            }
            if (b[i] != '%') {
                continue;
            }
            int value = escape(b, i, to);
            if (value < ' ' || value == 0x7f || value == 0xc0 || value == 0xc1) {
                return DANGEROUS;
            }
            if (isSlash(value)) {
                result = AMBIGUOUS_SLASH;
            }
        }
        for (int i = from; i < to; i++) {
            // A dot segment may also begin behind an escaped slash, and end before one.
            boolean isSlash = b[i] == '/' || b[i] == '%' && isSlash(escape(b, i, to));
            int next = b[i] == '/' ? i + 1 : i + 3;
            if (isSlash && isDotSegment(b, next, to)) {
                return DANGEROUS;
            }
        }
        return result;
    }

    /** Whether {@code .} or {@code ..}, in any spelling, stands alone from an index on. */
    private static boolean isDotSegment(byte[] b, int from, int to) {
        int i = from;
        for (int dots = 0; dots < 3; dots++) {
            if (i >= to || b[i] == '/' || b[i] == ';' || b[i] == '%' && isSlash(escape(b, i, to))) {
                return dots > 0;
            }
            if (b[i] == '.') {
                i++;
            } else if (b[i] == '%' && escape(b, i, to) == '.') {
                i += 3;
            } else {
                return false;
            }
        }
        return false;
    }

    private static boolean isSlash(int c) {
        return c == '/' || c == '\\';
    }

    private static int escape(byte[] b, int at, int to) {
        if (at + 2 >= to) {
            return -1;
        }
        int high = ByteClass.hex(b[at + 1]);
        int low = ByteClass.hex(b[at + 2]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}

package io.leba.plugin.protocol.http.head;

/** Classes of bytes in the syntax of RFC 9110 and RFC 3986. */
public final class ByteClass {
    /** {@link #target} of a byte that needs no attention. */
    static final byte PLAIN = 0;
    /** A byte that no target has: control, space, {@code #}, DEL, or not ASCII. */
    static final byte NOT_IN_TARGET = 1;
    /** The slash. */
    static final byte SLASH = 2;
    /** The dot. */
    static final byte DOT = 3;
    /** The percent sign. */
    static final byte PERCENT = 4;
    /** The question mark. */
    static final byte QUESTION = 5;
    /** The backslash, which some take for a slash. */
    static final byte BACKSLASH = 6;

    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] HOST = new boolean[256];
    private static final boolean[] UNRESERVED = new boolean[256];
    private static final byte[] TARGET = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            TOKEN[c] = alphanumeric || c != 0 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            HOST[c] = alphanumeric || c == '-' || c == '.' || c == '_' || c == '~';
            UNRESERVED[c] = HOST[c];
            TARGET[c] = c <= ' ' || c >= 0x7f || c == '#' ? NOT_IN_TARGET : PLAIN;
        }
        TARGET['/'] = SLASH;
        TARGET['.'] = DOT;
        TARGET['%'] = PERCENT;
        TARGET['?'] = QUESTION;
        TARGET['\\'] = BACKSLASH;
    }

    private ByteClass() {}

    /** Whether a name or method may have it (RFC 9110 §5.6.2). */
    public static boolean isToken(byte c) {
        return TOKEN[c & 0xff];
    }

    /** Whether a registered name may have it; narrower than RFC 3986 §3.2.2, whose rest nobody uses for hosts. */
    static boolean isHost(byte c) {
        return HOST[c & 0xff];
    }

    /** Whether its escaped and its plain form are the same (RFC 3986 §2.3). */
    public static boolean isUnreserved(int c) {
        return c >= 0 && c < 256 && UNRESERVED[c];
    }

    /** Its role in a request target. */
    static byte target(byte c) {
        return TARGET[c & 0xff];
    }

    /** The value of a hexadecimal digit, or -1. */
    public static int hex(byte c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** The letter in lower case; other bytes unchanged. */
    public static int lower(byte c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }

    /** Whether the name in the array is {@code name}, which is in lower case. */
    public static boolean equalsIgnoreCase(byte[] a, int from, int to, byte[] name) {
        if (to - from != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (lower(a[from + i]) != name[i]) {
                return false;
            }
        }
        return true;
    }
}

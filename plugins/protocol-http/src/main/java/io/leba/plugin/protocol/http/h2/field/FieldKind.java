package io.leba.plugin.protocol.http.h2.field;

import io.leba.plugin.protocol.http.head.ByteClass;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a field is to HTTP/2 by its name, and whether its value is one at all (RFC 9113 §8.2). */
public final class FieldKind {
    /** A field like any other. */
    public static final int PLAIN = 0;
    /** {@code :method}. */
    public static final int METHOD = 1;
    /** {@code :scheme}. */
    public static final int SCHEME = 2;
    /** {@code :authority}. */
    public static final int AUTHORITY = 3;
    /** {@code :path}. */
    public static final int PATH = 4;
    /** {@code :status}. */
    public static final int STATUS = 5;
    /** {@code :protocol} (RFC 8441). */
    public static final int PROTOCOL = 6;
    /** {@code cookie}, which may come in crumbs. */
    public static final int COOKIE = 7;
    /** {@code host}. */
    public static final int HOST = 8;
    /** {@code content-length}. */
    public static final int CONTENT_LENGTH = 9;
    /** {@code te}. */
    public static final int TE = 10;
    /** What belongs to an HTTP/1 connection and must not be there. */
    public static final int CONNECTION_SPECIFIC = 11;
    /** No token in lower case, or a pseudo-header that does not exist. */
    public static final int BAD_NAME = 12;
    /** Set in addition: the value has characters that no value has, or white space around it. */
    public static final int BAD_VALUE = 16;

    private static final boolean[] NAME = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            NAME[c] = ByteClass.isToken((byte) c) && !(c >= 'A' && c <= 'Z');
        }
    }

    private static final byte[] METHOD_NAME = ascii(":method");
    private static final byte[] SCHEME_NAME = ascii(":scheme");
    private static final byte[] AUTHORITY_NAME = ascii(":authority");
    private static final byte[] PATH_NAME = ascii(":path");
    private static final byte[] STATUS_NAME = ascii(":status");
    private static final byte[] PROTOCOL_NAME = ascii(":protocol");
    private static final byte[] COOKIE_NAME = ascii("cookie");
    private static final byte[] HOST_NAME = ascii("host");
    private static final byte[] LENGTH_NAME = ascii("content-length");
    private static final byte[] TE_NAME = ascii("te");
    private static final byte[] CONNECTION_NAME = ascii("connection");
    private static final byte[] KEEP_ALIVE_NAME = ascii("keep-alive");
    private static final byte[] UPGRADE_NAME = ascii("upgrade");
    private static final byte[] CODING_NAME = ascii("transfer-encoding");
    private static final byte[] PROXY_NAME = ascii("proxy-connection");

    private FieldKind() {}

    /** What a name means. */
    public static int of(byte[] a, int from, int to) {
        if (from >= to) {
            return BAD_NAME;
        }
        if (a[from] == ':') {
            return ofPseudo(a, from, to);
        }
        for (int i = from; i < to; i++) {
            if (!NAME[a[i] & 0xff]) {
                return BAD_NAME;
            }
        }
        return switch (to - from) {
            case 2 -> is(a, from, to, TE_NAME) ? TE : PLAIN;
            case 4 -> is(a, from, to, HOST_NAME) ? HOST : PLAIN;
            case 6 -> is(a, from, to, COOKIE_NAME) ? COOKIE : PLAIN;
            case 7 -> is(a, from, to, UPGRADE_NAME) ? CONNECTION_SPECIFIC : PLAIN;
            case 10 ->
                is(a, from, to, CONNECTION_NAME) || is(a, from, to, KEEP_ALIVE_NAME) ? CONNECTION_SPECIFIC : PLAIN;
            case 14 -> is(a, from, to, LENGTH_NAME) ? CONTENT_LENGTH : PLAIN;
            case 16 -> is(a, from, to, PROXY_NAME) ? CONNECTION_SPECIFIC : PLAIN;
            case 17 -> is(a, from, to, CODING_NAME) ? CONNECTION_SPECIFIC : PLAIN;
            default -> PLAIN;
        };
    }

    private static int ofPseudo(byte[] a, int from, int to) {
        return switch (to - from) {
            case 5 -> is(a, from, to, PATH_NAME) ? PATH : BAD_NAME;
            case 7 ->
                is(a, from, to, METHOD_NAME)
                        ? METHOD
                        : is(a, from, to, SCHEME_NAME) ? SCHEME : is(a, from, to, STATUS_NAME) ? STATUS : BAD_NAME;
            case 9 -> is(a, from, to, PROTOCOL_NAME) ? PROTOCOL : BAD_NAME;
            case 10 -> is(a, from, to, AUTHORITY_NAME) ? AUTHORITY : BAD_NAME;
            default -> BAD_NAME;
        };
    }

    /** {@link #BAD_VALUE}, or 0: controls but tabs are refused, and white space at the ends (RFC 9113 §8.2.1). */
    public static int ofValue(byte[] a, int from, int to) {
        if (from >= to) {
            return 0;
        }
        for (int i = from; i < to; i++) {
            byte c = a[i];
            if (c >= 0 && c < ' ' && c != '\t' || c == 0x7f) {
                return BAD_VALUE;
            }
        }
        return isSpace(a[from]) || isSpace(a[to - 1]) ? BAD_VALUE : 0;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t';
    }

    /** Whether a name in any case belongs to an HTTP/1 connection. */
    static boolean isConnectionSpecific(byte[] a, int from, int to) {
        return switch (to - from) {
            case 7 -> ByteClass.equalsIgnoreCase(a, from, to, UPGRADE_NAME);
            case 10 ->
                ByteClass.equalsIgnoreCase(a, from, to, CONNECTION_NAME)
                        || ByteClass.equalsIgnoreCase(a, from, to, KEEP_ALIVE_NAME);
            case 16 -> ByteClass.equalsIgnoreCase(a, from, to, PROXY_NAME);
            case 17 -> ByteClass.equalsIgnoreCase(a, from, to, CODING_NAME);
            default -> false;
        };
    }

    /** The same, or {@code host}. */
    static boolean isOfTheConnectionOrHost(byte[] a, int from, int to) {
        return to - from == HOST_NAME.length
                ? ByteClass.equalsIgnoreCase(a, from, to, HOST_NAME)
                : isConnectionSpecific(a, from, to);
    }

    static boolean is(byte[] a, int from, int to, byte[] name) {
        return Arrays.equals(a, from, to, name, 0, name.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

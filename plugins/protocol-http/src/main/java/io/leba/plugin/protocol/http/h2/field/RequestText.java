package io.leba.plugin.protocol.http.h2.field;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.hpack.FieldSink;
import io.leba.plugin.protocol.http.h2.hpack.FieldView;
import io.leba.plugin.protocol.http.head.ByteClass;
import io.leba.plugin.protocol.http.head.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * Writes a request's fields as an HTTP/1.1 head, held to RFC 9113 §8.2, §8.3 on the way. What the two versions have in common (the syntax of
 * targets and hosts, fields that are known, sizes) is left to the scanner that reads the head afterwards; so nothing reaches a backend
 * that could not have come from an HTTP/1.1 client. A head that is too large is written until it is larger than that scanner takes.
 *
 * <p>One loop's, for one request after the other.
 */
public final class RequestText implements FieldSink {
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] HOST = ascii("host: ");
    private static final byte[] COOKIE = ascii("cookie: ");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] EMPTY = ascii("content-length: 0\r\n");
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");
    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] TRAILERS = ascii("trailers");
    private static final byte[] PRIORITY = ascii("priority");
    private static final byte[][] WITH_CONTENT = {ascii("POST"), ascii("PUT"), ascii("PATCH")};
    private static final int LONGEST_METHOD = 64;
    private static final int BOMB = 4;

    private final int longest;
    private final int mostFields;
    private final Bytes method = new Bytes(16);
    private final Bytes path = new Bytes(256);
    private final Bytes authority = new Bytes(64);
    private final Bytes cookie = new Bytes(256);
    private Bytes out;
    private Fault fault;
    private int seen;
    private int fields;
    private long size;
    private long contentLength;
    private int urgency;
    private boolean hasStartLine;
    private boolean isFull;

    /**
     * A writer.
     *
     * @param longest how many bytes of a head the scanner takes
     * @param mostFields how many fields it takes
     */
    public RequestText(int longest, int mostFields) {
        this.longest = longest;
        this.mostFields = mostFields;
    }

    /** The size of a field list, as RFC 9113 §6.5.2 counts, that the scanner may take. */
    public static long listSize(int longest, int mostFields) {
        return longest + 32L * mostFields;
    }

    /** Begins a request, which is written behind what is there. */
    public void begin(Bytes to) {
        out = to;
        fault = null;
        seen = 0;
        fields = 0;
        size = 0;
        contentLength = -1;
        urgency = Priority.DEFAULT;
        hasStartLine = false;
        isFull = false;
        method.clear();
        path.clear();
        authority.clear();
        cookie.clear();
    }

    /** Why decoding was given up: it stops the connection. */
    public boolean isBomb() {
        return size > BOMB * listSize(longest, mostFields);
    }

    /** The declared size of the content, or -1. */
    public long contentLength() {
        return contentLength;
    }

    /** How urgent the response is (RFC 9218 §4.1). */
    public int urgency() {
        return urgency;
    }

    @Override
    public boolean field(FieldView field) {
        size += field.size();
        if (isBomb()) {
            return false;
        }
        if (fault == null && !isFull) {
            fault = take(field);
        }
        return true;
    }

    private Fault take(FieldView field) {
        int kind = field.kind();
        if ((kind & ~FieldKind.BAD_VALUE) == FieldKind.BAD_NAME) {
            return field.nameTo() > field.nameFrom() && field.nameBytes()[field.nameFrom()] == ':'
                    ? Fault.BAD_PSEUDO_HEADER
                    : Fault.BAD_FIELD_NAME;
        }
        if (kind >= FieldKind.BAD_VALUE) {
            return Fault.BAD_FIELD_VALUE;
        }
        if (kind >= FieldKind.METHOD && kind <= FieldKind.PROTOCOL) {
            return pseudo(kind, field);
        }
        if (!hasStartLine) {
            Fault missing = startLine();
            if (missing != null) {
                return missing;
            }
        }
        return regular(kind, field);
    }

    private Fault pseudo(int kind, FieldView field) {
        int bit = 1 << kind;
        if (hasStartLine || (seen & bit) != 0) {
            return Fault.BAD_PSEUDO_HEADER;
        }
        seen |= bit;
        return switch (kind) {
            case FieldKind.METHOD -> copy(field, method) && isToken() ? null : Fault.BAD_PSEUDO_HEADER;
            case FieldKind.PATH -> copy(field, path) && isPath() ? null : Fault.BAD_PSEUDO_HEADER;
            case FieldKind.AUTHORITY -> copy(field, authority) ? null : Fault.BAD_PSEUDO_HEADER;
            case FieldKind.SCHEME -> isScheme(field) ? null : Fault.BAD_PSEUDO_HEADER;
            default -> Fault.BAD_PSEUDO_HEADER;
        };
    }

    /** Copies a value, as much of it as makes the head too large; false if it is empty. */
    private boolean copy(FieldView field, Bytes to) {
        int count = Math.min(field.valueTo() - field.valueFrom(), longest + 1);
        to.put(field.valueBytes(), field.valueFrom(), field.valueFrom() + count);
        return count > 0;
    }

    private boolean isToken() {
        for (int i = 0; i < method.length(); i++) {
            if (!ByteClass.isToken(method.array()[i])) {
                return false;
            }
        }
        return method.length() <= LONGEST_METHOD;
    }

    private boolean isPath() {
        byte[] a = path.array();
        for (int i = 0; i < path.length(); i++) {
            // The start line is written from it, so it must not have any of what separates there.
            if (a[i] >= 0 && a[i] <= ' ' || a[i] == 0x7f) {
                return false;
            }
        }
        return a[0] == '/' || a[0] == '*' && path.length() == 1;
    }

    private static boolean isScheme(FieldView field) {
        byte[] a = field.valueBytes();
        return ByteClass.equalsIgnoreCase(a, field.valueFrom(), field.valueTo(), HTTPS)
                || ByteClass.equalsIgnoreCase(a, field.valueFrom(), field.valueTo(), HTTP);
    }

    private boolean has(int kind) {
        return (seen & 1 << kind) != 0;
    }

    private boolean isMethod(byte[] name) {
        return FieldKind.is(method.array(), 0, method.length(), name);
    }

    private Fault startLine() {
        hasStartLine = true;
        boolean isConnect = isMethod(CONNECT);
        boolean isWhole = isConnect
                ? has(FieldKind.AUTHORITY) && !has(FieldKind.SCHEME) && !has(FieldKind.PATH)
                : has(FieldKind.METHOD) && has(FieldKind.SCHEME) && has(FieldKind.PATH);
        if (!isWhole || isConnect && !isAuthorityPlain()) {
            return Fault.BAD_PSEUDO_HEADER;
        }
        Bytes target = isConnect ? authority : path;
        out.put(method.array(), 0, method.length())
                .put(' ')
                .put(target.array(), 0, target.length())
                .put(VERSION);
        if (has(FieldKind.AUTHORITY)) {
            out.put(HOST).put(authority.array(), 0, authority.length()).crlf();
        }
        isFull = out.length() > longest;
        return null;
    }

    private boolean isAuthorityPlain() {
        for (int i = 0; i < authority.length(); i++) {
            if (authority.array()[i] <= ' ') {
                return false;
            }
        }
        return true;
    }

    private Fault regular(int kind, FieldView field) {
        switch (kind) {
            case FieldKind.CONNECTION_SPECIFIC -> {
                return Fault.CONNECTION_FIELD;
            }
            case FieldKind.TE -> {
                boolean isTrailers =
                        ByteClass.equalsIgnoreCase(field.valueBytes(), field.valueFrom(), field.valueTo(), TRAILERS);
                return isTrailers ? null : Fault.CONNECTION_FIELD;
            }
            case FieldKind.COOKIE -> {
                crumb(field);
                return null;
            }
            case FieldKind.HOST -> {
                if (has(FieldKind.AUTHORITY)) {
                    return isAuthority(field) ? null : Fault.HOST_MISMATCH;
                }
                line(field);
                return null;
            }
            case FieldKind.CONTENT_LENGTH -> {
                long value = contentLength >= 0 ? -1 : ContentLength.of(field);
                if (value < 0) {
                    return Fault.BAD_LENGTH;
                }
                contentLength = value;
                line(field);
                return null;
            }
            default -> {
                line(field);
                return null;
            }
        }
    }

    private boolean isAuthority(FieldView field) {
        int length = field.valueTo() - field.valueFrom();
        boolean isSame = length == authority.length();
        for (int i = 0; isSame && i < length; i++) {
            isSame = ByteClass.lower(field.valueBytes()[field.valueFrom() + i])
                    == ByteClass.lower(authority.array()[i]);
        }
        return isSame;
    }

    private void line(FieldView field) {
        byte[] name = field.nameBytes();
        int from = field.nameFrom();
        int to = field.nameTo();
        if (to - from == PRIORITY.length && FieldKind.is(name, from, to, PRIORITY)) {
            urgency = Priority.urgency(field.valueBytes(), field.valueFrom(), field.valueTo());
        }
        out.put(name, from, to)
                .put(':')
                .put(' ')
                .put(field.valueBytes(), field.valueFrom(), field.valueTo())
                .crlf();
        grown();
    }

    private void crumb(FieldView field) {
        if (cookie.length() > 0) {
            cookie.put(';').put(' ');
        }
        cookie.put(field.valueBytes(), field.valueFrom(), field.valueTo());
        grown();
    }

    private void grown() {
        fields++;
        isFull = out.length() + cookie.length() > longest || fields > mostFields;
    }

    /**
     * The block is complete.
     *
     * @param isEnded whether the request has neither content nor trailers
     * @return null, or why it is malformed
     */
    public Fault end(boolean isEnded) {
        if (fault == null && !hasStartLine) {
            fault = startLine();
        }
        if (fault == null && isEnded && contentLength > 0) {
            fault = Fault.LENGTH_MISMATCH;
        }
        if (fault != null) {
            return fault;
        }
        if (cookie.length() > 0) {
            out.put(COOKIE).put(cookie.array(), 0, cookie.length()).crlf();
        }
        if (isFull) {
            return null;
        }
        if (contentLength < 0 && !isEnded) {
            out.put(CHUNKED);
        } else if (contentLength < 0 && usuallyHasContent()) {
            out.put(EMPTY);
        }
        out.crlf();
        return null;
    }

    /** RFC 9110 §8.6: a backend may insist on knowing that there is none. */
    private boolean usuallyHasContent() {
        for (byte[] name : WITH_CONTENT) {
            if (isMethod(name)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

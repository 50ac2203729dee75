package io.leba.plugin.protocol.http.grpc;

import io.leba.plugin.protocol.http.head.ByteClass;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import java.nio.charset.StandardCharsets;

/** The fields of gRPC in heads and trailers. */
public final class GrpcText {
    private static final byte[] CONTENT_TYPE = ascii("content-type");
    private static final byte[] TIMEOUT = ascii("grpc-timeout");
    private static final byte[] STATUS = ascii("grpc-status");
    private static final byte[] GRPC = ascii("application/grpc");
    private static final byte[] WEB = ascii("-web");
    private static final byte[] WEB_TEXT = ascii("-web-text");
    private static final int LONGEST_MESSAGE = 1024;

    private GrpcText() {}

    /** The index of the field that says that a message is a call's, gRPC-Web or not; -1: it is none. */
    public static int contentType(Head head) {
        int field = head.find(CONTENT_TYPE, 0);
        return field >= 0 && (is(head, field, new byte[0]) || isWeb(head, field)) ? field : -1;
    }

    /** Whether that field says gRPC-Web, whose messages end in a frame of trailers instead of trailers. */
    public static boolean isWeb(Head head, int contentType) {
        return is(head, contentType, WEB) || is(head, contentType, WEB_TEXT);
    }

    /** Whether the type is that of gRPC with this behind it, and then nothing or a word on what messages are made of. */
    private static boolean is(Head head, int field, byte[] variant) {
        byte[] a = head.bytes();
        int from = head.valueStart(field);
        int to = head.valueEnd(field);
        int end = from + GRPC.length + variant.length;
        return end <= to
                && ByteClass.equalsIgnoreCase(a, from, from + GRPC.length, GRPC)
                && ByteClass.equalsIgnoreCase(a, from + GRPC.length, end, variant)
                && (end == to || a[end] == '+' || a[end] == ';' || a[end] == ' ');
    }

    /** How long the caller waits, in milliseconds, or {@link GrpcTimeout#NONE}. */
    public static long timeoutMillis(Head head) {
        int field = head.find(TIMEOUT, 0);
        return field < 0
                ? GrpcTimeout.NONE
                : GrpcTimeout.millis(head.bytes(), head.valueStart(field), head.valueEnd(field));
    }

    /** The status in a response's head, which has no message then; null: it comes later. */
    public static GrpcStatus status(Head head) {
        int field = head.find(STATUS, 0);
        return field < 0 ? null : GrpcStatus.parse(head.bytes(), head.valueStart(field), head.valueEnd(field));
    }

    /** The status in trailers, which are lines with an empty one behind them; null: there is none. */
    public static GrpcStatus status(Bytes trailers) {
        byte[] a = trailers.array();
        int end = trailers.length();
        int from = 0;
        while (from < end && a[from] != '\r') {
            int to = from;
            while (to < end && a[to] != '\r') {
                to++;
            }
            int colon = from + STATUS.length;
            if (colon < to && a[colon] == ':' && ByteClass.equalsIgnoreCase(a, from, colon, STATUS)) {
                int value = colon + 1;
                while (value < to && (a[value] == ' ' || a[value] == '\t')) {
                    value++;
                }
                return GrpcStatus.parse(a, value, to);
            }
            from = to + 2;
        }
        return null;
    }

    /** Trailers that end a call. */
    public static Bytes trailers(GrpcStatus status, String message) {
        return new Bytes(64)
                .put("grpc-status: ")
                .putDecimal(status.ordinal())
                .crlf()
                .put("grpc-message: ")
                .put(encoded(message))
                .crlf()
                .crlf();
    }

    /** A text as the value of {@code grpc-message}: UTF-8, with an escape for what is not printable, and cut where it is long. */
    public static String encoded(String message) {
        StringBuilder out = new StringBuilder(message.length());
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (out.length() >= LONGEST_MESSAGE) {
                break;
            }
            if (b < 0x20 || b > 0x7e || b == '%') {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            } else {
                out.append((char) b);
            }
        }
        return out.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

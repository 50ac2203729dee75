package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Which fields may be where. */
public final class FieldLine {
    private static final byte[][] NOT_IN_TRAILERS = {
        ascii("authorization"),
        ascii("cookie"),
        ascii("set-cookie"),
        ascii("cache-control"),
        ascii("content-encoding"),
        ascii("content-type"),
        ascii("content-range"),
        ascii("max-forwards"),
        ascii("range"),
        ascii("if-match"),
        ascii("if-none-match"),
        ascii("if-modified-since"),
        ascii("if-unmodified-since"),
        ascii("if-range"),
        ascii("age"),
        ascii("expires"),
        ascii("location"),
        ascii("retry-after"),
        ascii("vary"),
        ascii("warning"),
        ascii("www-authenticate"),
        ascii("pragma"),
        ascii("status")
    };

    private FieldLine() {}

    /** Whether a field of the name in the first bytes of the array may stand in a trailer section (RFC 9110 §6.5.1). */
    public static boolean isTrailer(byte[] a, int nameLength) {
        byte[] padded = Arrays.copyOf(Arrays.copyOf(a, nameLength), nameLength + 8);
        if (KnownField.of(padded, 0, nameLength) != KnownField.OTHER) {
            return false;
        }
        for (byte[] name : NOT_IN_TRAILERS) {
            if (ByteClass.equalsIgnoreCase(a, 0, nameLength, name)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the field frames the message or belongs to one hop, so that only the engine writes it. */
    public static boolean isWrittenByEngine(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        int id = KnownField.of(Arrays.copyOf(bytes, bytes.length + 8), 0, bytes.length) & ~KnownField.DISGUISED;
        return switch (id) {
            case KnownField.CONTENT_LENGTH,
                    KnownField.TRANSFER_ENCODING,
                    KnownField.CONNECTION,
                    KnownField.EXPECT,
                    KnownField.UPGRADE,
                    KnownField.HOP_BY_HOP,
                    KnownField.TRAILER -> true;
            default -> false;
        };
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}

package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.head.ByteClass;
import java.nio.charset.StandardCharsets;

/**
 * The form in which paths are compared: escapes of unreserved characters are replaced by the characters, which changes
 * nothing of their meaning (RFC 3986 §6.2.2.2), and other escapes have upper-case digits. What is forwarded stays as sent.
 */
final class PathForm {
    private PathForm() {}

    static String canonical(String pattern) {
        if (pattern.indexOf('%') < 0) {
            return pattern;
        }
        byte[] bytes = pattern.getBytes(StandardCharsets.ISO_8859_1);
        byte[] out = new byte[bytes.length];
        int length = canonical(bytes, 0, bytes.length, out);
        return new String(out, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Writes the form of a path to {@code out}, which has room for as many bytes; returns how many they are. */
    static int canonical(byte[] a, int from, int to, byte[] out) {
        int length = 0;
        for (int i = from; i < to; i++) {
            byte c = a[i];
            if (c == '%' && i + 2 < to && ByteClass.hex(a[i + 1]) >= 0 && ByteClass.hex(a[i + 2]) >= 0) {
                int value = ByteClass.hex(a[i + 1]) << 4 | ByteClass.hex(a[i + 2]);
                if (ByteClass.isUnreserved(value)) {
                    out[length++] = (byte) value;
                } else {
                    out[length++] = '%';
                    out[length++] = upper(a[i + 1]);
                    out[length++] = upper(a[i + 2]);
                }
                i += 2;
            } else {
                out[length++] = c;
            }
        }
        return length;
    }

    private static byte upper(byte hex) {
        return (byte) (hex >= 'a' ? hex - 0x20 : hex);
    }
}

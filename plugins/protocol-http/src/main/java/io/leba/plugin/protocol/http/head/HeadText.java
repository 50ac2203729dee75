package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Heads as text, for filters: strings of what is there, and checks of what is to be put there. */
public final class HeadText {
    private HeadText() {}

    /** Some bytes of a head. */
    public static String of(Head head, int from, int to) {
        return new String(head.a, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Bytes. */
    public static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Throws unless the name is one that may be changed. */
    public static void requireName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        for (byte c : bytes) {
            if (!ByteClass.isToken(c)) {
                throw new IllegalArgumentException("must be a field name, got '" + name + "'");
            }
        }
        if (bytes.length == 0) {
            throw new IllegalArgumentException("must be a field name, got nothing");
        }
        if (FieldLine.isWrittenByEngine(name)) {
            throw new IllegalArgumentException(
                    "must be a field that neither frames the message nor belongs to one hop, got '" + name + "'");
        }
    }

    /** Throws unless the field is one that may be added. */
    public static void requireField(String name, String value) {
        requireName(name);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException("must be a field value without control characters: " + name);
            }
        }
    }

    /** Throws unless it is an absolute path with an optional query that LEBA would accept from a client. */
    public static void requireTarget(String target) {
        // What is not in Latin-1 would become a question mark, and with it the end of the path.
        boolean isAscii = target.chars().allMatch(c -> c < 0x7f);
        byte[] b = target.getBytes(StandardCharsets.ISO_8859_1);
        int pathEnd = b.length;
        boolean isValid = isAscii && b.length > 0 && b[0] == '/';
        for (int i = 0; isValid && i < b.length; i++) {
            byte role = ByteClass.target(b[i]);
            isValid = role != ByteClass.NOT_IN_TARGET;
            if (role == ByteClass.QUESTION && pathEnd == b.length) {
                pathEnd = i;
            }
        }
        if (!isValid || PathCheck.of(b, 0, pathEnd, true) == PathCheck.DANGEROUS) {
            throw new IllegalArgumentException("must be an absolute path with an optional query, got '" + target + "'");
        }
    }

    /** Throws unless it is a host with an optional port. */
    public static void requireHost(String host) {
        byte[] b = host.getBytes(StandardCharsets.ISO_8859_1);
        if (!HostSyntax.isValid(Arrays.copyOf(b, b.length + 1), 0, b.length)) {
            throw new IllegalArgumentException("must be a host with an optional port, got '" + host + "'");
        }
    }
}

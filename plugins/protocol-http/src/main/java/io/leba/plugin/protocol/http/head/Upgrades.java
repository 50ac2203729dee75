package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The protocols that a client may change its connection to (RFC 9110 §7.8). Those in which requests would pass by routes and
 * filters are never among them: other versions of HTTP, be they in the clear ({@code h2c}) or inside TLS.
 */
public final class Upgrades {
    private static final String ANY = "*";

    private final byte[][] names;
    private final boolean isAny;

    /** The names in any case; {@code *} for all. */
    public Upgrades(List<String> protocols) {
        isAny = protocols.contains(ANY);
        names = protocols.stream()
                .map(name -> name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    /** Whether a protocol of that name would carry requests that LEBA does not see. */
    public static boolean bypasses(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isShort =
                lower.length() > 1 && lower.charAt(0) == 'h' && lower.charAt(1) >= '0' && lower.charAt(1) <= '9';
        return isShort || lower.startsWith("http") || lower.startsWith("tls");
    }

    /** Whether the protocol, a name with or without a version, may be changed to. */
    boolean allows(byte[] a, int from, int to) {
        for (byte[] name : names) {
            if (ByteClass.equalsIgnoreCase(a, from, to, name)) {
                return true;
            }
        }
        return isAny && !bypasses(new String(a, from, to - from, StandardCharsets.US_ASCII));
    }
}

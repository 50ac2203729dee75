package io.leba.plugin.protocol.http.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class KnownFieldTest {
    private static final Map<String, Integer> KNOWN = Map.ofEntries(
            Map.entry("Host", KnownField.HOST),
            Map.entry("Content-Length", KnownField.CONTENT_LENGTH),
            Map.entry("Transfer-Encoding", KnownField.TRANSFER_ENCODING),
            Map.entry("Connection", KnownField.CONNECTION),
            Map.entry("Expect", KnownField.EXPECT),
            Map.entry("Upgrade", KnownField.UPGRADE),
            Map.entry("Via", KnownField.VIA),
            Map.entry("Date", KnownField.DATE),
            Map.entry("X-Forwarded-For", KnownField.X_FORWARDED_FOR),
            Map.entry("X-Forwarded-Proto", KnownField.X_FORWARDED_PROTO),
            Map.entry("X-Forwarded-Host", KnownField.X_FORWARDED_HOST),
            Map.entry("X-Forwarded-Port", KnownField.ORIGIN_CLAIM),
            Map.entry("X-Forwarded-Prefix-And-More", KnownField.ORIGIN_CLAIM),
            Map.entry("X-Forwarded-X", KnownField.ORIGIN_CLAIM),
            Map.entry("Forwarded", KnownField.FORWARDED),
            Map.entry("X-Real-IP", KnownField.ORIGIN_CLAIM),
            Map.entry("Client-Cert", KnownField.ORIGIN_CLAIM),
            Map.entry("Client-Cert-Chain", KnownField.ORIGIN_CLAIM),
            Map.entry("Keep-Alive", KnownField.HOP_BY_HOP),
            Map.entry("TE", KnownField.HOP_BY_HOP),
            Map.entry("Proxy", KnownField.HOP_BY_HOP),
            Map.entry("Proxy-Connection", KnownField.HOP_BY_HOP),
            Map.entry("Proxy-Authenticate", KnownField.HOP_BY_HOP),
            Map.entry("Proxy-Authorization", KnownField.HOP_BY_HOP),
            Map.entry("HTTP2-Settings", KnownField.HOP_BY_HOP),
            Map.entry("Trailer", KnownField.TRAILER),
            Map.entry("Max-Forwards", KnownField.MAX_FORWARDS));

    private static int of(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        byte[] padded = Arrays.copyOf(bytes, bytes.length + 8);
        Arrays.fill(padded, bytes.length, padded.length, (byte) 'x');
        return KnownField.of(padded, 0, bytes.length);
    }

    @Test
    void names_are_known_in_any_case() {
        KNOWN.forEach((name, id) -> {
            assertEquals(id, of(name), name);
            assertEquals(id, of(name.toUpperCase(Locale.ROOT)), name);
            assertEquals(id, of(name.toLowerCase(Locale.ROOT)), name);
        });
    }

    @Test
    void underscores_are_a_disguise() {
        KNOWN.forEach((name, id) -> {
            if (name.contains("-")) {
                assertEquals(id | KnownField.DISGUISED, of(name.replace('-', '_')), name);
                assertEquals(id | KnownField.DISGUISED, of(name.replaceFirst("-", "_")), name);
            }
        });
    }

    @Test
    void a_name_that_differs_in_one_character_is_another_name() {
        KNOWN.keySet().stream().filter(name -> !name.startsWith("X-Forwarded-")).forEach(name -> {
            for (int i = 0; i < name.length(); i++) {
                for (char c : "qQ0.!".toCharArray()) {
                    String other = name.substring(0, i) + c + name.substring(i + 1);
                    assertEquals(KnownField.OTHER, of(other), other);
                }
            }
            assertEquals(KnownField.OTHER, of(name + "s"), name);
        });
        assertEquals(KnownField.OTHER, of("X-Forwarded-"));
        assertEquals(KnownField.OTHER, of("X-Forwarde"));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .withChars("abcdefghijklmnopqrstuvwxyz-_XFHT0123456789")
                .ofMinLength(1)
                .ofMaxLength(24);
    }

    @Property
    void no_other_name_is_known(@ForAll("names") String name) {
        String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
        boolean isKnown = KNOWN.keySet().stream().anyMatch(known -> known.equalsIgnoreCase(lower))
                || lower.startsWith("x-forwarded-") && lower.length() > 12;
        assertEquals(isKnown, of(name) != KnownField.OTHER, name);
    }

    @Test
    void trailers_hold_no_field_that_frames_routes_or_authenticates() {
        for (String name :
                new String[] {"Content-Length", "host", "Transfer_Encoding", "Authorization", "Set-Cookie", "TE"}) {
            assertFalse(FieldLine.isTrailer(name.getBytes(StandardCharsets.US_ASCII), name.length()), name);
        }
        for (String name : new String[] {"Server-Timing", "grpc-status", "X-Checksum", "Digest", "ETag"}) {
            assertTrue(FieldLine.isTrailer(name.getBytes(StandardCharsets.US_ASCII), name.length()), name);
        }
    }
}

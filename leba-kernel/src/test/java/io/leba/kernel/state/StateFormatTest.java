package io.leba.kernel.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StateFormatTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final byte[] KEY_BYTES = new byte[32];
    private static final Optional<StateKey> KEY = Optional.of(key(1));
    private static final Optional<StateKey> OTHER = Optional.of(key(2));
    private static final Optional<StateKey> NONE = Optional.empty();
    private static final SavedState STATE = new SavedState(
            "0.1.0",
            "node1",
            17,
            Map.of(
                    "overrides", json("[{\"group\":\"app\",\"backend\":\"a\",\"admin\":\"drain\",\"weight\":7}]"),
                    "circuit", json("{\"opaque\":\"AAEC\"}")));

    private final StateFormat format = new StateFormat();

    private static StateKey key(int first) {
        byte[] bytes = KEY_BYTES.clone();
        bytes[0] = (byte) first;
        return StateKey.parse(HexFormat.of().formatHex(bytes));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private String refusal(byte[] file, Optional<StateKey> key) {
        return assertThrows(UnreadableState.class, () -> format.decode(file, key))
                .getMessage();
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        assertEquals(STATE, format.decode(format.encode(STATE, NOW, NONE), NONE));
        assertEquals(STATE, format.decode(format.encode(STATE, NOW, KEY), KEY));
    }

    @Test
    void aPlainFileCanBeReadByPeopleAndAnEncryptedOneCannot() {
        String plain = new String(format.encode(STATE, NOW, NONE), StandardCharsets.UTF_8);
        assertTrue(plain.startsWith("LEBA-STATE 1 plain "), plain);
        assertTrue(plain.contains("\"generation\" : 17"), plain);
        assertTrue(plain.contains("\"written\" : \"2026-01-02T03:04:05Z\""), plain);
        String encrypted = new String(format.encode(STATE, NOW, KEY), StandardCharsets.ISO_8859_1);
        assertTrue(encrypted.startsWith("LEBA-STATE 1 aes-256-gcm "), encrypted);
        assertFalse(encrypted.contains("node1"), encrypted);
    }

    @Test
    void eachFileHasANonceOfItsOwn() {
        assertNotEquals(
                Arrays.toString(format.encode(STATE, NOW, KEY)), Arrays.toString(format.encode(STATE, NOW, KEY)));
    }

    @Test
    void aPlainFileIsReadWhereAKeyIsSetSoThatEncryptionCanBeSwitchedOn() throws Exception {
        assertEquals(STATE, format.decode(format.encode(STATE, NOW, NONE), KEY));
    }

    @Test
    void everyTruncationIsNoticed() {
        for (Optional<StateKey> key : java.util.List.of(NONE, KEY)) {
            byte[] good = format.encode(STATE, NOW, key);
            for (int length = 0; length < good.length; length++) {
                refusal(Arrays.copyOf(good, length), key);
            }
            refusal(Arrays.copyOf(good, good.length + 1), key);
        }
    }

    @Test
    void everyMutationOfASingleByteIsNoticed() {
        for (Optional<StateKey> key : java.util.List.of(NONE, KEY)) {
            byte[] good = format.encode(STATE, NOW, key);
            for (int at = 0; at < good.length; at++) {
                for (int value = 1; value < 256; value++) {
                    byte[] bad = good.clone();
                    bad[at] ^= (byte) value;
                    refusal(bad, key);
                }
            }
        }
    }

    @Property(tries = 2000)
    void garbageIsRefusedAndNothingElseHappens(@ForAll @Size(max = 300) byte[] garbage) {
        refusal(garbage, NONE);
        byte[] behindALine = ("LEBA-STATE 1 aes-256-gcm 000102030405060708090a0b\n"
                        + new String(garbage, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
        refusal(behindALine, KEY);
    }

    @Test
    void refusalsSayWhy() {
        byte[] encrypted = format.encode(STATE, NOW, KEY);
        assertEquals("is encrypted, and state_key is not set", refusal(encrypted, NONE));
        assertEquals("is damaged, or encrypted with another state_key", refusal(encrypted, OTHER));
        assertEquals("is empty", refusal(new byte[0], NONE));
        assertEquals("is not a LEBA state file", refusal(bytes("hello\n"), NONE));
        assertEquals(
                "has format 2, this version of LEBA reads format 1", refusal(bytes("LEBA-STATE 2 plain 00\n{}"), NONE));
        assertEquals("is encoded as 'zip', which is not known", refusal(bytes("LEBA-STATE 1 zip 00\n{}"), NONE));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aKeyIs32BytesInHexOrBase64() {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) 0xfb);
        StateKey key = StateKey.parse(HexFormat.of().formatHex(bytes) + "\n");
        assertEquals(key, StateKey.parse(Base64.getEncoder().encodeToString(bytes)));
        assertEquals(key, StateKey.parse(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
        assertArrayEquals(bytes, key.toSecretKey().getEncoded());
        assertEquals("a key", key.toString());
        assertEquals(
                "must be 32 bytes in base64 or hex ('openssl rand -base64 32' makes one), got 16 bytes",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> StateKey.parse(Base64.getEncoder().encodeToString(new byte[16])))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> StateKey.parse("not a key!"))
                .getMessage()
                .endsWith("got a text of 10 characters"));
    }
}

package io.leba.kernel.state;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key by which a state file is encrypted: AES-256. Its text appears nowhere. */
public final class StateKey {
    private static final int BYTES = 32;
    private static final int HEX_DIGITS = 2 * BYTES;

    private final byte[] bytes;

    private StateKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads 32 bytes written in hex or base64, white space around them apart.
     *
     * @throws IllegalArgumentException if it is anything else; the message does not tell the text
     */
    public static StateKey parse(String text) {
        String trimmed = text.strip();
        if (trimmed.length() == HEX_DIGITS && trimmed.chars().allMatch(HexFormat::isHexDigit)) {
            return new StateKey(HexFormat.of().parseHex(trimmed));
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(trimmed.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected() + "a text of " + trimmed.length() + " characters");
        }
        if (decoded.length != BYTES) {
            throw new IllegalArgumentException(expected() + decoded.length + " bytes");
        }
        return new StateKey(decoded);
    }

    private static String expected() {
        return "must be " + BYTES + " bytes in base64 or hex ('openssl rand -base64 " + BYTES + "' makes one), got ";
    }

    SecretKey toSecretKey() {
        return new SecretKeySpec(bytes, "AES");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Tells nothing. */
    @Override
    public String toString() {
        return "a key";
    }
}

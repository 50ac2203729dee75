package io.leba.spi.balance;

import java.nio.charset.StandardCharsets;

/**
 * The one hash of keys, so that all protocols and algorithms agree: FNV-1a over the bytes, finished with the mixer of
 * MurmurHash3, which spreads it over all 64 bits. Not for secrets and no defence against chosen keys.
 *
 * <pre>{@code
 * long h = Hash64.SEED;
 * for (…) h = Hash64.add(h, b);
 * h = Hash64.finish(h);
 * }</pre>
 */
public final class Hash64 {
    /** Where a hash starts. */
    public static final long SEED = 0xcbf29ce484222325L;

    private static final long PRIME = 0x100000001b3L;

    private Hash64() {}

    /** Takes in one byte. */
    public static long add(long hash, byte value) {
        return (hash ^ (value & 0xff)) * PRIME;
    }

    /** Ends a hash. */
    public static long finish(long hash) {
        return mix(hash);
    }

    /** Spreads a number over 64 bits; a bijection. */
    public static long mix(long value) {
        long h = value;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }

    /** The hash of some bytes. */
    public static long of(byte[] bytes) {
        long h = SEED;
        for (byte b : bytes) {
            h = add(h, b);
        }
        return finish(h);
    }

    /** The hash of a text's UTF-8 bytes. */
    public static long of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }
}
